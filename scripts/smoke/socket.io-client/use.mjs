import assert from "node:assert/strict";

export default async function use(load, { peer }) {
  const api = await load("socket.io-client");
  const { io } = api;
  assert.equal(typeof (typeof api === "function" ? api : api.default), "function");
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    const socket = io(peer, { transports, forceNew: true });
    assert.equal(await socket.emitWithAck("hello", "world"), "hello world");
    socket.disconnect();
  }
}
