import assert from "node:assert/strict";

export default async function use(load) {
  const { Adapter, ClusterAdapter, MessageType } = await load("socket.io-adapter");
  const adapter = new Adapter({ name: "/", sockets: new Map(), server: { encoder: {} } });
  adapter.addAll("one", new Set(["room"]));
  assert.deepEqual(adapter.socketRooms("one"), new Set(["room"]));
  assert.deepEqual(await adapter.sockets(new Set(["room"])), new Set());

  const published = [];
  class Alone extends ClusterAdapter {
    doPublish(message) {
      published.push(message.type);
      return "";
    }
    doPublishResponse() {}
  }
  const clustered = new Alone({ name: "/", sockets: new Map(), server: { encoder: {} } });
  clustered.broadcast({ type: 2, data: ["hello"] }, { rooms: new Set() });
  assert.deepEqual(published, [MessageType.BROADCAST]);
}
