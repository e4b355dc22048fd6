import { request as httpRequestOf } from "node:http";
import { openRawWebSocket, openTcp, waitFor } from "testkit";
import { describe, expect, test } from "vitest";
import { PATH, startEngine, turns } from "../support.js";

const UPGRADE =
  "host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n" +
  "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

describe("a body larger than maxHttpBufferSize", () => {
  test("that says so is refused before it is read", async () => {
    const { url, poll } = await startEngine({ maxHttpBufferSize: 1000 });
    const { wire, socket } = await poll();
    const closed = waitFor<[string, Error]>(socket, "close");
    const tcp = await openTcp(url);
    tcp.write(`POST ${wire.target} HTTP/1.1\r\nhost: x\r\ncontent-length: 1001\r\n\r\n`);
    const reply = (await tcp.takeAll()).toString();
    expect(reply).toMatch(/^HTTP\/1.1 413 /);
    expect(reply.toLowerCase()).toContain("\r\nconnection: close\r\n");
    const [reason, error] = await closed;
    expect(reason).toBe("transport error");
    expect(error).toMatchObject({ code: "ERR_PAYLOAD_TOO_LARGE" });
  });

  test("the waiting poll is told as well", async () => {
    const { poll } = await startEngine({ maxHttpBufferSize: 1000 });
    const { wire, socket } = await poll();
    const waiting = wire.request();
    while (!socket.transport.writable) await turns(1);
    expect((await wire.request({ method: "POST", body: "x".repeat(1001) })).status).toBe(413);
    expect((await waiting).status).toBe(413);
  });

  test("that never ends does not stay in memory", async () => {
    const { url, poll } = await startEngine({ maxHttpBufferSize: 1000 });
    const { wire } = await poll();
    const { hostname, port } = new URL(url);
    const outgoing = httpRequestOf({ hostname, port, path: wire.target, method: "POST" });
    let status: number | undefined;
    outgoing.on("response", (response) => {
      status = response.statusCode;
      response.resume();
    });
    const over = new Promise<void>((resolve) => {
      outgoing.on("error", () => resolve());
      outgoing.on("close", () => resolve());
    });
    const chunk = Buffer.alloc(65_536);
    const before = process.memoryUsage().arrayBuffers;
    let isOver = false;
    void over.then(() => {
      isOver = true;
    });
    let written = 0;
    while (!isOver && written < 1e9) {
      if (outgoing.write(chunk)) written += chunk.length;
      await turns(1);
    }
    await over;
    expect(status ?? 413).toBe(413);
    expect(written).toBeLessThan(1e8);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5e7);
  });
});

test.each([2, 1, 3])("a frame with reserved bits (%i) closes that connection alone", async (rsv) => {
  const { url, connected, ws } = await startEngine();
  const other = await ws();
  const connection = connected();
  const raw = await openRawWebSocket(url, `${PATH}?EIO=4&transport=websocket`);
  const socket = await connection;
  const closed = waitFor<[string]>(socket, "close");
  raw.send("4a", { rsv });
  expect((await closed)[0]).toBe("transport error");
  other.wire.send("4a");
  expect(await waitFor(other.socket, "message")).toEqual(["a"]);
});

test("reserved bits after an upgrade", async () => {
  const { url, poll } = await startEngine();
  const { wire, socket } = await poll();
  const raw = await openRawWebSocket(url, `${PATH}?EIO=4&transport=websocket&sid=${wire.handshake.sid}`);
  const upgraded = waitFor(socket, "upgrade");
  raw.send("2probe");
  raw.send("5");
  await upgraded;
  const closed = waitFor<[string]>(socket, "close");
  raw.send("4a", { rsv: 3 });
  expect((await closed)[0]).toBe("transport error");
});

test.each([
  ["before the answer", `GET ${PATH}?EIO=4&transport=unknown HTTP/1.1\r\n${UPGRADE}`],
  [
    "of a bad handshake",
    `GET ${PATH}?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n`,
  ],
])("an invalid upgrade request, then a reset %s", async (_, request) => {
  const { http, url, ws } = await startEngine();
  const upgrade = waitFor<[object, object]>(http, "upgrade");
  const tcp = await openTcp(url);
  tcp.write(request);
  tcp.reset();
  const arrived = await Promise.race([upgrade, turns(50)]);
  if (arrived) await waitFor(arrived[1], "close");
  // The process is alive.
  await ws();
});

test("a reset while the application decides about an upgrade", async () => {
  const { http, url, engine } = await startEngine({
    allowRequest: (request, callback) => {
      request.socket.once("close", () => callback(null, true));
    },
  });
  const upgrade = waitFor<[object, object]>(http, "upgrade");
  const tcp = await openTcp(url);
  tcp.write(`GET ${PATH}?EIO=4&transport=websocket HTTP/1.1\r\n${UPGRADE}`);
  const [, socket] = await upgrade;
  const closed = waitFor(socket, "close");
  tcp.reset();
  await closed;
  await turns();
  expect(engine.clientsCount).toBe(0);
});

const NAMES = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"];

test.each(NAMES)("transport=%s", async (name) => {
  const { url, request } = await startEngine();
  expect(await request(`EIO=4&transport=${name}`)).toMatchObject({
    status: 400,
    text: '{"code":0,"message":"Transport unknown"}',
  });
  const tcp = await openTcp(url);
  tcp.write(`GET ${PATH}?EIO=4&transport=${name} HTTP/1.1\r\n${UPGRADE}`);
  expect((await tcp.takeAll()).toString()).toMatch(/^HTTP\/1.1 400 [\s\S]*Transport unknown$/);
});

test.each([
  ["transport twice", "EIO=4&transport=polling&transport=polling", 0],
  ["EIO twice", "EIO=4&EIO=4&transport=polling", 5],
  ["sid twice", "EIO=4&transport=polling&sid=a&sid=a", 1],
  ["sid of an object's own", "EIO=4&transport=polling&sid=__proto__", 1],
  ["sid as a method", "EIO=4&transport=polling&sid=constructor", 1],
  ["EIO as an array", "EIO[]=4&transport=polling", 5],
  ["transport as an array", "EIO=4&transport[]=polling", 0],
])("%s is refused", async (_, query, code) => {
  const { request } = await startEngine();
  const { status, text } = await request(query);
  expect([status, JSON.parse(text)]).toEqual([400, expect.objectContaining({ code })]);
});

test("keys named after members of Object.prototype are values like any other", async () => {
  const { connected, request } = await startEngine();
  const connection = connected();
  const names = NAMES.map((name) => `${name}=1&${name}=2`).join("&");
  expect((await request(`EIO=4&transport=polling&sid[]=a&${names}`)).status).toBe(200);
  const { _query } = (await connection).request;
  expect(Object.getPrototypeOf(_query)).toBeNull();
  for (const name of NAMES) expect(_query[name]).toBe("2");
});

test.each(["http://a\x7f", "http://a\x80\xff"])("an Origin header of odd bytes: %j", async (origin) => {
  const { url, ws } = await startEngine({ cors: { origin: true } });
  const tcp = await openTcp(url);
  tcp.write(
    Buffer.from(
      `GET ${PATH}?EIO=4&transport=polling HTTP/1.1\r\nhost: x\r\norigin: ${origin}\r\n\r\n`,
      "latin1",
    ),
  );
  expect((await tcp.takeUntil("\r\n")).toString()).toMatch(/^HTTP\/1.1 (200|400) /);
  tcp.destroy();
  await ws();
});

test("binary content on protocol 4", async () => {
  const { poll } = await startEngine();
  const { wire } = await poll();
  const headers = { "content-type": "application/octet-stream" };
  expect((await wire.request({ method: "POST", headers, body: "4a" })).status).toBe(400);
});

test.each(["", "EIO=3&"])("a WebSocket for a polling session with %s instead of EIO=4", async (protocol) => {
  const { engine, url, poll } = await startEngine();
  const { wire, socket } = await poll();
  const error = waitFor<[{ code: number; context: object }]>(engine, "connection_error");
  const target = `${PATH}?${protocol}transport=websocket&sid=${wire.handshake.sid}`;
  await expect(openRawWebSocket(url, target)).rejects.toThrow("400");
  const [{ code, context }] = await error;
  expect(code).toBe(3);
  expect(context).toEqual({ name: "PROTOCOL_MISMATCH", protocol: 3, previousProtocol: 4 });
  expect(socket.readyState).toBe("open");
});

test("a flood of polls of one session", async () => {
  const { engine, poll, ws } = await startEngine();
  const { wire } = await poll();
  const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await wire.request()).status));
  expect(new Set(statuses)).toEqual(new Set([200, 400]));
  expect(engine.clientsCount).toBe(0);
  await ws();
});

test("a payload of very many packets", async () => {
  const { poll } = await startEngine();
  const { wire, socket } = await poll();
  let received = 0;
  socket.on("message", () => received++);
  await wire.request({ method: "POST", body: Array(400_000).fill("4").join("\x1e") });
  expect(received).toBe(400_000);
});
