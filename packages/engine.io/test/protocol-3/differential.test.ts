import type { createServer } from "node:http";
import * as published from "published-engine.io";
import { httpRequest, openWebSocket } from "testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Server } from "../../src/index.js";
import { PATH, serve } from "../support.js";
import { BYTES, FORM, formOf, openLegacy } from "./support.js";

// The same session of protocol 3 with both servers: the same answers on the wire, the same events on the server.

interface ServerSocket {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  send(data: string | Buffer): unknown;
}

interface Subject {
  url: string;
  events: unknown[];
  close(): Promise<void>;
}

async function start(engine: {
  attach(server: ReturnType<typeof createServer>): void;
  // biome-ignore lint/suspicious/noExplicitAny: reason: the same events, in two type systems
  on(event: "connection" | "connection_error", listener: (subject: any) => void): unknown;
  close(): unknown;
}): Promise<Subject> {
  const events: unknown[] = [];
  engine.on("connection_error", ({ code, message, context }) => {
    events.push(["refused", code, message, context]);
  });
  engine.on("connection", (socket: ServerSocket) => {
    socket.on("heartbeat", () => events.push(["heartbeat"]));
    socket.on("close", (reason, details) => events.push(["close", reason, (details as Error)?.message]));
    socket.on("message", (data) => {
      // An empty message is no data at all in theirs.
      events.push(["message", data ?? ""]);
      socket.send((data ?? "") as string);
    });
  });
  return { ...(await serve(engine)), events };
}

let ours: Subject;
let theirs: Subject;

beforeAll(async () => {
  ours = await start(new Server({ allowEIO3: true, initialPacket: "hi" }));
  theirs = await start(new published.Server({ allowEIO3: true, initialPacket: "hi" }));
});

afterAll(async () => {
  await ours.close();
  await theirs.close();
});

type Body = string | Buffer;

const hideIds = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null).replaceAll(/(?<=["=])[\w-]{20}(?=[\\";])/g, "<id>"));

/** Posts each body in turn, polling after it, and tells all that happened. */
async function converse(subject: Subject, query: string, bodies: Body[]): Promise<unknown> {
  subject.events.length = 0;
  const isJsonp = query.includes("j=");
  const session = await openLegacy(subject.url, query);
  const replies = [session.first];
  for (const body of bodies) {
    if (typeof body !== "string") replies.push(await session.post(body, BYTES));
    else if (isJsonp) replies.push(await session.post(formOf(body), FORM));
    else replies.push(await session.post(body));
    replies.push(await session.poll());
  }
  const told = replies.map(({ status, headers, body }) => ({
    status,
    // Theirs gives scripts out as text.
    type: isJsonp ? undefined : headers["content-type"],
    cache: headers["cache-control"],
    body: body.toString("latin1"),
  }));
  return hideIds({ told, events: subject.events });
}

const CONVERSATIONS: [string, Body[]][] = [
  ["text", ["2:4a"]],
  ["text beyond ASCII", ["4:4é😀", "2:4\u2028"]],
  ["several packets", ["2:4a2:4b1:2"]],
  ["base64", ["6:b4AQID"]],
  ["text and base64", ["2:4a6:b4AQID2:4b"]],
  ["quotes and markup", ["13:4</script>\"'\\"]],
  ["newlines", ["4:4a\nb", "6:4a\\nb\n", "6:4a\\\\nb", "7:4\\\\\\nb\n"]],
  ["a ping", ["1:2"]],
  ["a ping with data", ["7:2probe!"]],
  ["an empty message", ["1:4"]],
  ["a packet that means nothing", ["1:62:4a"]],
  ["a pong, which is not the client's to send", ["1:3"]],
  ["garbage", ["garbage"]],
  ["a packet of no type", ["1:9"]],
  ["a length that is too long", ["9:4a"]],
  ["a close packet", ["1:1"]],
];

describe.each(["", "&b64=1", "&j=0", "&j=12"])("polling%s", (query) => {
  test.each(CONVERSATIONS)("%s", async (_, bodies) => {
    const isJsonpAndBinary = query.includes("j=") && bodies.some((body) => body.includes("b4"));
    // Theirs answers JSONP with the JSON of a Buffer unless the client says b64 as well, as all do.
    const full = isJsonpAndBinary ? `${query}&b64=1` : query;
    expect(await converse(ours, full, bodies)).toEqual(await converse(theirs, full, bodies));
  });
});

test.each([
  ["a binary message", Buffer.from([1, 4, 255, 4, 1, 2, 3])],
  ["text", Buffer.from([0, 3, 255, 0x34, 0xc3, 0xa9])],
  ["both", Buffer.from([1, 4, 255, 4, 1, 2, 3, 0, 2, 255, 0x34, 0x61])],
  ["a ping", Buffer.from([0, 1, 255, 0x32])],
  ["garbage", Buffer.from([0, 255])],
])("polling, bytes: %s", async (_, body) => {
  for (const query of ["", "&b64=1"]) {
    expect(await converse(ours, query, [body])).toEqual(await converse(theirs, query, [body]));
  }
});

test.each([
  ["no protocol at all", "?transport=polling"],
  ["protocol 5", "?EIO=5&transport=polling"],
  ["a handshake by POST", "?EIO=3&transport=polling", "POST"],
  ["an unknown session", "?EIO=3&transport=polling&sid=abc"],
  ["an unknown transport", "?EIO=3&transport=__proto__"],
])("a request with %s", async (_, query, method = "GET") => {
  const results = [ours, theirs].map(async ({ url, events }) => {
    events.length = 0;
    const { status, text } = await httpRequest(url, PATH + query, { method });
    return hideIds({ status, text, events });
  });
  expect(await results[0]).toEqual(await results[1]);
});

test.each([
  ["text", ["4hello", "4é", "4"]],
  ["binary", [Buffer.from([4, 1, 2, 3]), Buffer.from([4]), "4a"]],
  ["base64", ["b4AQID"]],
  ["pings", ["2", "2probe", "4a"]],
])("WebSocket: %s", async (_, messages) => {
  for (const query of ["EIO=3", "EIO=3&b64=1"]) {
    const results = [ours, theirs].map(async ({ url, events }) => {
      events.length = 0;
      const wire = await openWebSocket(url, { target: `${PATH}?transport=websocket&${query}` });
      const received = await wire.messages.take(2);
      for (const message of messages) {
        wire.send(message);
        received.push(await wire.messages.next());
      }
      const soFar = [...events];
      wire.close();
      await wire.closed();
      return hideIds({ received, soFar });
    });
    expect(await results[0]).toEqual(await results[1]);
  }
});
