import assert from "node:assert/strict";

export default async function use(load) {
  const { createPair } = await load("@socket.io/testing");
  const { io, connect, clock, network, close } = createPair({ latency: 100 });
  io.on("connection", (socket) => socket.on("hello", (name, ack) => ack(`hello ${name}`)));
  const socket = connect();
  await clock.advance(400);
  assert.equal(socket.connected, true);
  network.latency = 0;
  assert.equal(await socket.emitWithAck("hello", "world"), "hello world");
  await close();
}
