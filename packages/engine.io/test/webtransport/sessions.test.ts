import { httpRequest, waitFor } from "testkit";
import { expect, onTestFinished, test } from "vitest";
import { PreparedMessage } from "../../src/internal.js";
import { type ServerSocket, turns } from "../support.js";
import { encode, FakeSession } from "./fake-session.js";
import { closed, connect, connectSilently, start } from "./support.js";

test("a session: handshake, text, binary, several packets in one write", async () => {
  const { engine } = await start();
  const { session, stream, socket, handshake } = await connect(engine);
  expect(handshake).toMatchObject({ sid: socket.id, upgrades: [], maxPayload: 1e6 });
  expect(engine.clients[socket.id]).toBe(socket);
  expect(socket).toMatchObject({ protocol: 4, transport: { name: "webtransport" }, readyState: "open" });

  socket.on("message", (data) => socket.send(data));
  await stream.text("4hello");
  await stream.text("4");
  await stream.bytes(await encode([{ type: "message", data: Uint8Array.of(1, 2, 3) }]));
  expect(await stream.packets.take(3)).toEqual([
    { type: "message", data: "hello" },
    { type: "message" },
    { type: "message", data: Buffer.from([1, 2, 3]) },
  ]);

  const before = session.writes;
  for (const data of ["a", Buffer.alloc(200, 1), "c".repeat(70_000)]) socket.send(data);
  expect((await stream.packets.take(3)).map(({ data }) => (data as string | Buffer).length)).toEqual([
    1, 200, 70_000,
  ]);
  expect(session.writes).toBe(before + 1);
});

test("packets may be cut anywhere", async () => {
  const { engine } = await start();
  const bytes = await encode([
    { type: "message", data: "a".repeat(126) },
    { type: "message", data: new Uint8Array(130) },
    { type: "message", data: "é" },
  ]);
  const { stream, socket } = await connect(engine);
  const lengths: number[] = [];
  socket.on("message", (data) => lengths.push(data.length));
  for (let at = 1; at < bytes.length; at++) {
    lengths.length = 0;
    await stream.bytes(bytes.subarray(0, at), bytes.subarray(at));
    await expect.poll(() => lengths.length, { interval: 1, timeout: 10_000 }).toBe(3);
    expect(lengths).toEqual([126, 130, 1]);
  }
});

test("what is known of the request is there as on any other", async () => {
  const { engine } = await start();
  engine.generateId = (request) => `id of ${request._query.user}`;
  const connected = waitFor<[ServerSocket]>(engine, "connection");
  const session = new FakeSession();
  engine.onWebTransportSession(session, {
    url: "/engine.io/?user=ann&EIO=3",
    headers: { "user-agent": "me" },
    remoteAddress: "192.0.2.1",
  });
  session.start();
  const [socket] = await connected;
  expect(socket).toMatchObject({ id: "id of ann", remoteAddress: "192.0.2.1" });
  expect(socket.request).toMatchObject({
    url: "/engine.io/?user=ann&EIO=3",
    headers: { "user-agent": "me" },
    _query: { user: "ann", EIO: "4", transport: "webtransport" },
    socket: { remoteAddress: "192.0.2.1", encrypted: true },
  });
});

test("a session that polls moves to WebTransport, with nothing lost", async () => {
  const { engine, url, poll } = await start();
  const { wire, socket } = await poll();
  expect(wire.handshake.upgrades).toEqual(["websocket", "webtransport"]);
  const upgraded = waitFor(socket, "upgrade");
  const session = new FakeSession();
  engine.onWebTransportSession(session);
  const stream = session.start(`0{"sid":"${socket.id}"}`);
  await stream.text("2probe");
  expect(await stream.packets.next()).toEqual({ type: "pong", data: "probe" });
  expect(socket.upgrading).toBe(true);
  const polled = httpRequest(url, wire.target);
  expect((await polled).text).toBe("6");
  socket.send("waits");
  await stream.text("5");
  await upgraded;
  expect(await stream.packets.next()).toEqual({ type: "message", data: "waits" });
  expect(socket).toMatchObject({ upgraded: true, transport: { name: "webtransport" } });
  expect(await httpRequest(url, wire.target)).toMatchObject({ status: 400 });
  expect(engine.clientsCount).toBe(1);
});

test("several sessions share what was prepared for all", async () => {
  const { engine, ws } = await start();
  const [one, two] = [await connect(engine), await connect(engine)];
  const other = await ws();
  const message = new PreparedMessage(["text", Uint8Array.of(9)]);
  for (const { socket } of [one, other, two]) socket.writePrepared(message);
  for (const { stream } of [one, two]) {
    expect(await stream.packets.take(2)).toEqual([
      { type: "message", data: "text" },
      { type: "message", data: Buffer.from([9]) },
    ]);
  }
  expect(await other.wire.text()).toBe("4text");
});

test("what a listener throws is an uncaught exception, and the next packet is read", async () => {
  const { engine } = await start();
  const { stream, socket } = await connect(engine);
  const uncaught: unknown[] = [];
  const before = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => uncaught.push(error.message));
  onTestFinished(() => {
    process.removeAllListeners("uncaughtException");
    for (const listener of before) process.on("uncaughtException", listener);
  });
  socket.on("message", (data) => {
    if (data === "bad") throw new Error("from the application");
    socket.send(data);
  });
  await stream.text("4bad");
  await stream.text("4good");
  expect(await stream.packets.next()).toEqual({ type: "message", data: "good" });
  expect(uncaught).toEqual(["from the application"]);
});

// Clients that do not read.

test("backpressure: one write at a time, counted and limited", async () => {
  const { engine } = await start({ maxBufferedBytes: 10_000 });
  const { session, socket } = await connectSilently(engine);
  let drained = 0;
  socket.on("drain", () => drained++);
  socket.send("x".repeat(4000));
  await turns();
  expect(socket.transport.writable).toBe(false);
  expect(socket.bufferedAmount).toBeGreaterThan(4000);
  expect(drained).toBe(0);

  const close = closed(socket);
  for (let i = 0; i < 3; i++) socket.send("x".repeat(4000));
  expect(await close).toMatchObject(["transport error", { code: "ERR_BUFFER_FULL" }]);
  await session.closed;
  expect(session.closeCalls).toEqual([{ closeCode: 1013, reason: "the client reads too slowly" }]);
});

test("drain comes when the client has read", async () => {
  const { engine } = await start();
  const { session, stream, socket } = await connectSilently(engine);
  const sent: number[] = [];
  socket.send("one", () => sent.push(1));
  socket.send("two", () => sent.push(2));
  await turns();
  expect(sent).toEqual([]);
  const drain = waitFor(socket, "drain", { filter: () => sent.length === 2 });
  void stream.read().catch(() => {});
  await drain;
  expect(socket.bufferedAmount).toBe(0);
  expect(socket.transport.writable).toBe(true);
  session.end({});
});
