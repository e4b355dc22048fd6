import { createServer } from "node:http";
import { deflateRawSync } from "node:zlib";
import { frame, listen, openRawWebSocket, openTcp, waitFor } from "testkit";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Server, type ServerOptions } from "../../src/index.js";
import { PATH, startEngine, turns } from "../support.js";

const TARGET = `${PATH}?EIO=4&transport=websocket`;

/** A raw WebSocket, its socket on the server, and a session beside it that must not notice. */
async function open(options?: ServerOptions, headers?: Record<string, string>) {
  const engine = await startEngine(options);
  const other = await engine.ws();
  const connection = engine.connected();
  const raw = await openRawWebSocket(engine.url, TARGET, headers);
  const socket = await connection;
  await raw.frames.next();
  onTestFinished(async () => {
    const echoed = waitFor(other.socket, "message");
    other.wire.send("4alive");
    expect(await echoed).toEqual(["alive"]);
  });
  return { raw, socket, closed: waitFor<[string, Error | undefined]>(socket, "close") };
}

describe("a message larger than maxHttpBufferSize", () => {
  test("in fragments that are smaller", async () => {
    const { raw, closed } = await open({ maxHttpBufferSize: 1000 });
    raw.send("4", { fin: false });
    for (let i = 0; i < 11; i++) raw.send("x".repeat(100), { opcode: 0, fin: false });
    const [reason, error] = await closed;
    expect([reason, error]).toEqual([
      "transport error",
      expect.objectContaining({ code: "ERR_PAYLOAD_TOO_LARGE" }),
    ]);
    expect((await raw.frames.until(({ opcode }) => opcode === 8)).payload.readUInt16BE()).toBe(1009);
  });

  test("that only says so", async () => {
    const { raw, closed } = await open({ maxHttpBufferSize: 1000 });
    raw.send("4", { length: 2 ** 40 });
    expect((await closed)[1]).toMatchObject({ code: "ERR_PAYLOAD_TOO_LARGE" });
  });

  test("that is small while it is compressed", async () => {
    const extension = { "sec-websocket-extensions": "permessage-deflate" };
    const { raw, closed } = await open({ maxHttpBufferSize: 1e5, perMessageDeflate: true }, extension);
    expect(raw.head.toLowerCase()).toContain("sec-websocket-extensions: permessage-deflate");
    const bomb = deflateRawSync(Buffer.alloc(50_000_000, "4"));
    expect(bomb.length).toBeLessThan(1e5);
    raw.send(bomb, { opcode: 1, rsv: 4 });
    const [reason, error] = await closed;
    expect([reason, error]).toEqual([
      "transport error",
      expect.objectContaining({ code: "ERR_PAYLOAD_TOO_LARGE" }),
    ]);
  });
});

test("a message in very many fragments of nothing", async () => {
  const { raw, closed } = await open();
  raw.send("4", { fin: false });
  const fragments = Buffer.concat(Array.from({ length: 1000 }, () => frame("", { opcode: 0, fin: false })));
  const chunks = setInterval(() => raw.tcp.socket.writable && raw.tcp.write(fragments), 1);
  onTestFinished(() => clearInterval(chunks));
  expect((await closed)[0]).toBe("transport error");
});

test("a flood of WebSocket pings by a client that reads no answer", async () => {
  const { raw, socket } = await open();
  raw.tcp.socket.pause();
  const pings = Buffer.concat(Array.from({ length: 1000 }, () => frame("x".repeat(125), { opcode: 9 })));
  let most = 0;
  for (let i = 0; i < 1000; i++) {
    if (!raw.tcp.socket.write(pings)) await turns(2);
    most = Math.max(most, socket.bufferedAmount);
  }
  // What is not read is one answer, besides what the system holds.
  expect(most).toBeLessThan(1000);
  raw.tcp.socket.resume();
  raw.send("the last", { opcode: 9 });
  const last = await raw.frames.until(({ payload }) => payload.toString() === "the last");
  expect(last.opcode).toBe(10);
});

test("an Engine.IO ping is not for a client to send", async () => {
  const { raw, closed } = await open();
  for (let i = 0; i < 1000; i++) raw.send("2");
  expect(await closed).toEqual(["transport error", new Error("invalid heartbeat direction")]);
});

test("headers that never end", async () => {
  const http = createServer({ headersTimeout: 50, connectionsCheckingInterval: 10 });
  const engine = new Server();
  engine.attach(http);
  const { url, close } = await listen(http);
  onTestFinished(close);
  for (const target of [TARGET, `${PATH}?EIO=4&transport=polling`]) {
    const tcp = await openTcp(url);
    tcp.write(`GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nx-slow: `);
    expect((await tcp.takeAll()).toString()).toMatch(/^HTTP\/1.1 408 /);
  }
  expect(engine.clientsCount).toBe(0);
});

test("a body that comes slowly has the time of the heartbeat, and leaves nothing", async () => {
  const { engine, url, poll } = await startEngine({ pingInterval: 30, pingTimeout: 30 });
  const { wire, socket } = await poll();
  const closed = waitFor<[string]>(socket, "close");
  const tcp = await openTcp(url);
  tcp.write(`POST ${wire.target} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n4`);
  const drip = setInterval(() => tcp.socket.writable && tcp.write("x"), 5);
  onTestFinished(() => clearInterval(drip));
  expect((await closed)[0]).toBe("ping timeout");
  await tcp.closed();
  expect(engine.clientsCount).toBe(0);
});

test("WebTransport is not to be had by naming it", async () => {
  const { url, request } = await startEngine();
  expect(await request("EIO=4&transport=webtransport")).toMatchObject({
    status: 400,
    text: '{"code":0,"message":"Transport unknown"}',
  });
  await expect(openRawWebSocket(url, `${PATH}?EIO=4&transport=webtransport`)).rejects.toMatchObject({
    reply: expect.stringMatching(/^HTTP\/1.1 400 [\s\S]*Transport unknown$/),
  });
});

test("binary content on protocol 4 is answered, and ends that session", async () => {
  const { url, poll, ws } = await startEngine();
  const { wire, socket } = await poll();
  const other = await ws();
  const closed = waitFor<[string, Error]>(socket, "close");
  const tcp = await openTcp(url);
  tcp.write(
    `POST ${wire.target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/octet-stream\r\ncontent-length: 2\r\n\r\n4a`,
  );
  expect((await tcp.takeAll()).toString()).toMatch(/^HTTP\/1.1 400 /);
  expect((await closed)[1]).toMatchObject({ code: "ERR_INVALID_CONTENT" });
  other.wire.send("4a");
  expect(await waitFor(other.socket, "message")).toEqual(["a"]);
});

test("session ids do not come from Math.random", async () => {
  const random = vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => random.mockRestore());
  const { poll } = await startEngine();
  const ids = await Promise.all(Array.from({ length: 20 }, async () => (await poll()).wire.handshake.sid));
  expect(new Set(ids).size).toBe(20);
  for (const id of ids) expect(id).toMatch(/^[\w-]{20}$/);
});
