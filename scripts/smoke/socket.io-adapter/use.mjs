import assert from "node:assert/strict";

export default async function use(load) {
  const { Adapter } = await load("socket.io-adapter");
  const adapter = new Adapter({ name: "/", sockets: new Map(), server: { encoder: {} } });
  adapter.addAll("one", new Set(["room"]));
  assert.deepEqual(adapter.socketRooms("one"), new Set(["room"]));
  assert.deepEqual(await adapter.sockets(new Set(["room"])), new Set());
}
