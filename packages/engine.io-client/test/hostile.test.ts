import { createServer, type RequestListener } from "node:http";
import { collect, listen, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { Socket, type SocketOptions } from "../src/index.js";
import { cleanUp, closing } from "./support/cleanup.js";

const GOOD = {
  sid: "abc",
  upgrades: [] as unknown,
  pingInterval: 25000,
  pingTimeout: 20000,
  maxPayload: 1e6,
};
const handshake = (more: object = {}) => `0${JSON.stringify({ ...GOOD, ...more })}`;

/** A server that answers a POST request with "ok" and each GET request with the next of the bodies, the last one never. */
async function polling(...bodies: string[]): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const { url } = await serve((req, res) => {
    requests.push(`${req.method} ${req.url}`);
    if (req.method === "POST") return res.end("ok");
    const body = bodies.shift();
    if (body !== undefined) res.end(body);
  });
  return { url, requests };
}

async function serve(onRequest: RequestListener): Promise<{ url: string }> {
  return closing(await listen(createServer(onRequest)));
}

async function websocket(...messages: (string | Buffer)[]): Promise<{ url: string }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  cleanUp(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  server.on("connection", (ws) => {
    for (const message of messages) ws.send(message);
  });
  await waitFor(server, "listening");
  return { url: `ws://127.0.0.1:${(server.address() as { port: number }).port}` };
}

async function outcome(url: string, opts: SocketOptions): Promise<string[]> {
  const socket = closing(new Socket(url, opts));
  const events = collect(socket, "open", "message", "error", "close");
  await events.until(({ event }) => event === "close");
  expect(socket.readyState).toBe("closed");
  return events.all.map(({ event, args: [first] }) =>
    first instanceof Error ? `${event}: ${first.message} (${(first as { code?: string }).code})` : event,
  );
}

const INVALID = ["error: invalid handshake (ERR_INVALID_HANDSHAKE)", "close"];
const GARBAGE = ["error: server error (parser error)", "close"];

const FIRST_PACKETS: [string, string, string[]][] = [
  ["no JSON", "0{", INVALID],
  ["no data", "0", INVALID],
  ["null", "0null", INVALID],
  ["a number", "042", INVALID],
  ["an oversize handshake", handshake({ more: "x".repeat(2e5) }), INVALID],
  ...[0, -1, 1e99, "25000", null, {}].map(
    (value) =>
      [`pingInterval ${JSON.stringify(value)}`, handshake({ pingInterval: value }), INVALID] as [
        string,
        string,
        string[],
      ],
  ),
  ...[undefined, "", 1, ["a"], {}].map(
    (value) =>
      [`sid ${JSON.stringify(value)}`, handshake({ sid: value }), INVALID] as [string, string, string[]],
  ),
  ["a page", "<html>hello</html>", GARBAGE],
  ["a message before the handshake", "4hello", INVALID],
  ["a noop before the handshake", "6", INVALID],
  ["an unknown type", "9", GARBAGE],
];

describe("hostile server", () => {
  it.each(FIRST_PACKETS)("polling, first packet: %s", async (_, body, expected) => {
    const { url } = await polling(body);
    expect(await outcome(url, { transports: ["polling"] })).toEqual(expected);
  });

  it.each(FIRST_PACKETS)("websocket, first packet: %s", async (_, message, expected) => {
    const { url } = await websocket(message);
    expect(await outcome(url, { transports: ["websocket"] })).toEqual(expected);
  });

  it("polling, an empty body", async () => {
    const { url } = await polling("");
    expect(await outcome(url, { transports: ["polling"] })).toEqual(GARBAGE);
  });

  it("websocket, bytes first", async () => {
    const { url } = await websocket(Buffer.from([1]));
    expect(await outcome(url, { transports: ["websocket"] })).toEqual(INVALID);
  });

  it("garbage behind messages", async () => {
    const { url } = await polling(handshake(), "4a\x1e4b\x1ex\x1e4c");
    expect(await outcome(url, { transports: ["polling"] })).toEqual([
      "open",
      "message",
      "message",
      ...GARBAGE,
    ]);
  });

  it("a second handshake changes nothing", async () => {
    const { url } = await websocket(
      handshake(),
      handshake({ sid: "other", pingInterval: 1, pingTimeout: 1 }),
      "4end",
    );
    const socket = closing(new Socket(url, { transports: ["websocket"] }));
    const events = collect(socket, "handshake", "open", "close");
    await waitFor(socket, "message");
    expect(socket.id).toBe("abc");
    expect(events.all.map(({ event }) => event)).toEqual(["handshake", "open"]);
  });

  it.each([
    ["nothing", undefined],
    ["a number", 5],
    ["an object", { length: 3 }],
    ["wrong types", [1, null, {}, ["websocket"]]],
    ["unknown names", ["nonsense", "__proto__", "constructor"]],
    ["the present one", ["polling", "polling"]],
  ])("upgrades that are %s are none", async (_, upgrades) => {
    const { url, requests } = await polling(handshake({ upgrades }), "4hello");
    const socket = closing(new Socket(url, { transports: ["polling", "websocket"] }));
    await waitFor(socket, "message");
    expect(requests.every((it) => it.includes("transport=polling"))).toBe(true);
  });

  it("many upgrades to one transport are one", async () => {
    const server = createServer((req, res) => {
      if (!req.url?.includes("sid=")) res.end(handshake({ upgrades: Array(1000).fill("websocket") }));
    });
    let upgrades = 0;
    server.on("upgrade", (_, socket) => {
      upgrades++;
      socket.destroy();
    });
    const { url } = closing(await listen(server));
    const socket = closing(new Socket(url, { transports: ["polling", "websocket"] }));
    const [err] = await waitFor<[Error]>(socket, "upgradeError");
    expect(err.message).toBe("probe error: Error: websocket error");
    expect(upgrades).toBe(1);
  });

  it("an answer to the probe that is none", async () => {
    const server = createServer((req, res) => {
      if (!req.url?.includes("sid=")) res.end(handshake({ upgrades: ["websocket"] }));
    });
    const wss = new WebSocketServer({ server });
    wss.on("connection", (ws) => ws.send("3not the probe"));
    const { url } = closing(await listen(server));
    const socket = closing(new Socket(url, { transports: ["polling", "websocket"] }));
    const [err] = await waitFor<[Error]>(socket, "upgradeError");
    expect(err.message).toBe("probe error: unexpected packet");
    expect(socket.transport.name).toBe("polling");
    expect(socket.readyState).toBe("open");
  });

  it.each([301, 302, 303, 307, 308])("endless redirects, %d", async (status) => {
    let requests = 0;
    const { url } = await serve((_, res) => {
      requests++;
      res.writeHead(status, { location: `/again/${requests}` }).end();
    });
    expect(await outcome(url, { transports: ["polling"] })).toEqual([
      "error: xhr poll error (ERR_TRANSPORT)",
      "close",
    ]);
    expect(requests).toBe(6);
  });

  it.each(["http://[", "ftp://127.0.0.1/", "javascript:alert(1)"])("a redirect to %s", async (location) => {
    const { url } = await serve((_, res) => res.writeHead(302, { location }).end());
    expect(await outcome(url, { transports: ["polling"] })).toEqual([
      "error: xhr poll error (ERR_TRANSPORT)",
      "close",
    ]);
  });

  it("a body that breaks off", async () => {
    const { url } = await serve((_, res) => {
      res.writeHead(200, { "content-length": 100 });
      res.write("0{", () => res.destroy());
    });
    expect(await outcome(url, { transports: ["polling"] })).toEqual([
      "error: xhr poll error (ERR_TRANSPORT)",
      "close",
    ]);
  });

  it("a body beyond any measure", async () => {
    const chunk = Buffer.alloc(1 << 20, "x");
    const { url } = await serve((_, res) => {
      const more = () => {
        while (!res.destroyed && res.write(chunk));
      };
      res.on("drain", more);
      more();
    });
    const socket = new Socket(url, { transports: ["polling"] });
    const [err] = await waitFor<[Error & { context: { statusText: Error } }]>(socket, "error", {
      timeout: 14_000,
    });
    expect(err.message).toBe("xhr poll error");
    expect(String(err.context.statusText)).toBe("Error: response longer than 104857600 bytes");
  });

  it("a flood of pings adds nothing but its answers", async () => {
    const { url, requests } = await polling(handshake(), Array(5000).fill("2").join("\x1e"), "4end");
    const socket = closing(new Socket(url, { transports: ["polling"] }));
    await waitFor(socket, "message");
    if (socket.writeBuffer.length) await waitFor(socket, "drain");
    expect(requests.filter((it) => it.startsWith("POST")).length).toBeLessThanOrEqual(3);
    expect(socket.readyState).toBe("open");
  });
});
