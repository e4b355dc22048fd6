import assert from "node:assert/strict";

/** Two servers over a client that hands messages over as Redis would. */
export default async function use(load) {
  const { createAdapter, Emitter } = await load("@socket.io/redis-adapter");
  const listeners = new Map();
  const client = {
    on: () => {},
    publish: async (channel, payload) => {
      for (const [pattern, listener] of listeners) {
        const matches = pattern.endsWith("*")
          ? channel.startsWith(pattern.slice(0, -1))
          : channel === pattern;
        if (matches) listener(Buffer.from(payload), Buffer.from(channel));
      }
    },
    subscribe: async (channel, listener) => listeners.set(channel, listener),
    pSubscribe: async (pattern, listener) => listeners.set(pattern, listener),
    unsubscribe: async (channel) => listeners.delete(channel),
    pUnsubscribe: async (pattern) => listeners.delete(pattern),
    sendCommand: async () => ["", 2],
  };
  const received = [];
  const create = createAdapter(client, client);
  const nodes = ["a", "b"].map((id) => {
    const write = ([packet]) => received.push([id, ...packet.data]);
    const socket = { id, client: { writeToEngine: write }, acks: new Map() };
    const server = { encoder: { encode: (packet) => [packet] } };
    const adapter = create({ name: "/", _ids: 0, sockets: new Map([[id, socket]]), server });
    adapter.addAll(id, new Set([id]));
    return adapter;
  });
  await Promise.all(nodes.map((adapter) => adapter.init()));
  nodes[0].broadcast({ type: 2, data: ["hello", Buffer.from([1])] }, { rooms: new Set() });
  new Emitter(client).to("b").emit("news");
  await new Promise(setImmediate);
  received.sort();
  assert.deepEqual(received, [
    ["a", "hello", Buffer.from([1])],
    ["b", "hello", Buffer.from([1])],
    ["b", "news"],
  ]);
  await Promise.all(nodes.map((adapter) => adapter.close()));
}
