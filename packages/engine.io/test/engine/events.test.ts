import { waitFor } from "testkit";
import { expect, test } from "vitest";
import { PreparedMessage } from "../../src/internal.js";
import { startEngine, turns } from "../support.js";

test("the order of the events of what is sent", async () => {
  const { engine, ws } = await startEngine();
  const log: unknown[] = [];
  engine.on("connection", (socket) => {
    socket.on("packetCreate", ({ type, data, options }) => log.push(["packetCreate", type, data, options]));
    socket.on("flush", (packets) => log.push(["flush", packets.map(({ data }) => data)]));
    socket.on("drain", () => log.push(["drain"]));
    engine.on("flush", (from, packets) => log.push(["server flush", from === socket, packets.length]));
    engine.on("drain", (from) => log.push(["server drain", from === socket]));
    socket.send("a");
    socket.send("b", { compress: false }, () => log.push(["callback"]));
  });
  const { wire } = await ws();
  await wire.messages.take(2);
  await turns();
  expect(log).toEqual([
    ["packetCreate", "message", "a", { compress: true }],
    ["packetCreate", "message", "b", { compress: false }],
    ["flush", ["a", "b"]],
    ["server flush", true, 2],
    ["drain"],
    ["server drain", true],
    ["callback"],
  ]);
});

test("the server tells of the handshake too", async () => {
  const { engine, ws } = await startEngine();
  const log: unknown[] = [];
  engine.on("flush", ({ readyState }, packets) => log.push([readyState, packets.map(({ type }) => type)]));
  engine.on("drain", () => log.push("drain"));
  engine.on("connection", ({ readyState }) => log.push(`connection ${readyState}`));
  await ws();
  expect(log).toEqual([["open", ["open"]], "drain", "connection open"]);
});

test("the order of the events of what is received", async () => {
  const { ws } = await startEngine();
  const { wire, socket } = await ws();
  const log: unknown[] = [];
  socket.on("packet", (packet) => log.push(packet));
  for (const event of ["data", "message", "heartbeat"] as const) {
    socket.on(event, (...args: unknown[]) => log.push([event, ...args]));
  }
  wire.send("4a");
  wire.send("3");
  wire.send("6");
  wire.send("4end");
  await waitFor(socket, "message", { filter: (data) => data === "end" });
  expect(log.slice(0, 6)).toEqual([
    { type: "message", data: "a" },
    ["data", "a"],
    ["message", "a"],
    { type: "pong" },
    ["heartbeat"],
    { type: "noop" },
  ]);
});

test("a prepared message is the same to who listens", async () => {
  const { ws, poll } = await startEngine();
  const message = new PreparedMessage(["51-x", Buffer.from([1])]);
  const { wire, socket } = await ws();
  const log: unknown[] = [];
  socket.on("packetCreate", (packet) => log.push(packet));
  socket.writePrepared(message);
  socket.on("packetCreate", (packet) => log.push(packet));
  socket.removeAllListeners("packetCreate");
  socket.on("flush", (packets) => log.push(packets));
  socket.writePrepared(message);
  socket.writePrepared(message, { compress: false });
  expect(await wire.messages.take(6)).toEqual([
    "451-x",
    Buffer.from([1]),
    "451-x",
    Buffer.from([1]),
    "451-x",
    Buffer.from([1]),
  ]);
  const options = { compress: true };
  const packets = [
    { type: "message", options, data: "51-x" },
    { type: "message", options, data: Buffer.from([1]) },
  ];
  const uncompressed = packets.map((packet) => ({ ...packet, options: { compress: false } }));
  expect(log).toEqual([...packets, [...packets, ...packets, ...uncompressed]]);

  const polling = await poll();
  polling.socket.writePrepared(message);
  expect(await polling.wire.poll()).toEqual(["451-x", "bAQ=="]);
});

test("nothing is sent, or called back, once the socket is closing", async () => {
  const { ws } = await startEngine();
  const { wire, socket } = await ws();
  socket.close();
  socket.send("a", undefined, () => expect.unreachable());
  socket.writePrepared(new PreparedMessage(["a"]));
  await wire.closed();
  expect(wire.messages.size).toBe(0);
});

test("close is emitted once, whatever else happens", async () => {
  const { ws } = await startEngine();
  const { wire, socket } = await ws();
  let closed = 0;
  socket.on("close", () => {
    closed++;
    socket.close();
    socket.close(true);
  });
  socket.close();
  socket.close(true);
  await wire.closed();
  await turns();
  expect(closed).toBe(1);
});

test("a listener of flush or drain may close the socket", async () => {
  const { ws } = await startEngine();
  for (const event of ["flush", "drain"] as const) {
    const { socket } = await ws();
    const closed = waitFor(socket, "close");
    socket.once(event, () => socket.close(true));
    socket.send("a");
    socket.close();
    expect(await closed).toEqual(["forced close", undefined]);
  }
});

test("clients and clientsCount are right while close is emitted", async () => {
  const { engine, ws } = await startEngine();
  const { wire, socket } = await ws();
  expect([engine.clientsCount, Object.keys(engine.clients)]).toEqual([1, [socket.id]]);
  expect(socket.server.clients[socket.id]).toBe(socket);
  const seen = new Promise((resolve) => {
    socket.on("close", () =>
      resolve([engine.clientsCount, socket.server.clientsCount, engine.clients[socket.id]]),
    );
  });
  wire.close();
  expect(await seen).toEqual([0, 0, undefined]);
});

test.each([42, true, {}, [], Symbol("x")])("what is neither text nor bytes is refused: %s", async (data) => {
  const { poll } = await startEngine();
  const { wire, socket } = await poll();
  const send = () => socket.send(data as never);
  expect(send).toThrow(TypeError);
  expect(send).toThrow(expect.objectContaining({ code: "ERR_INVALID_MESSAGE" }));
  socket.send(undefined as never);
  expect(await wire.poll()).toEqual(["4"]);
});
