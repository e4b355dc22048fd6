import assert from "node:assert/strict";

/** Two servers in one process, which find one another as threads do. */
export default async function use(load) {
  const { createAdapter, Emitter } = await load("@socket.io/cluster-adapter");
  const received = [];
  const create = createAdapter();
  const nodes = ["a", "b"].map((id) => {
    const client = { writeToEngine: ([packet]) => received.push([id, ...packet.data]) };
    const socket = { id, client, acks: new Map() };
    const server = { encoder: { encode: (packet) => [packet] } };
    const adapter = create({ name: "/", _ids: 0, sockets: new Map([[id, socket]]), server });
    adapter.addAll(id, new Set([id]));
    adapter.init();
    return adapter;
  });
  const until = async (done) => {
    while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  await until(async () => (await nodes[0].serverCount()) === 2);
  nodes[0].broadcast({ type: 2, data: ["hello"] }, { rooms: new Set() });
  await until(() => received.length === 2);
  new Emitter().to("b").emit("news");
  await until(() => received.length === 3);
  assert.deepEqual(received, [
    ["a", "hello"],
    ["b", "hello"],
    ["b", "news"],
  ]);
  for (const adapter of nodes) await adapter.close();
}
