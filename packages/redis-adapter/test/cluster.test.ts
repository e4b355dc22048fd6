import { Cluster } from "ioredis";
import { createCluster } from "redis";
import { hasRedis, type RedisCluster, startRedisCluster } from "testkit";
import { event, FakeNamespace, to } from "testkit/adapters";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAdapter, createShardedAdapter } from "../src/index.js";

// Not the suite of all adapters: what goes to channels of different masters is not in order.
describe.skipIf(!hasRedis())("over a Redis Cluster of three masters", () => {
  let redis: RedisCluster;
  beforeAll(async () => {
    redis = await startRedisCluster();
  });
  afterAll(() => redis.close());

  interface Client {
    readonly client: object;
    end(): unknown;
  }

  const CONNECT: Record<string, () => Promise<Client>> = {
    async redis() {
      const rootNodes = redis.ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }));
      const client = createCluster({ rootNodes });
      await client.connect();
      return { client, end: () => client.close() };
    },
    async ioredis() {
      const client = new Cluster(
        redis.ports.map((port) => ({ host: "127.0.0.1", port })),
        { lazyConnect: true, shardedSubscribers: true },
      );
      await client.connect();
      return { client, end: () => client.quit() };
    },
  };
  const cases = Object.keys(CONNECT).flatMap((library) =>
    Object.entries({ createAdapter, createShardedAdapter }).map(
      ([name, make]) => [name, library, make] as const,
    ),
  );

  it.each(cases)("%s with %s", async (_, library, make) => {
    const clients: Client[] = [];
    const connect = async () => {
      const connected = await (CONNECT[library] as (typeof CONNECT)[string])();
      clients.push(connected);
      return connected.client;
    };
    const nodes: FakeNamespace[] = [];
    for (let i = 0; i < 3; i++) {
      const namespace = new FakeNamespace();
      namespace.adapter = make(await connect(), await connect())(namespace as never) as never;
      await namespace.adapter.init();
      nodes.push(namespace);
    }
    const [near, far, third] = nodes as [FakeNamespace, FakeNamespace, FakeNamespace];
    for (const { adapter } of nodes)
      await expect.poll(() => adapter.serverCount(), { timeout: 10_000 }).toBe(3);

    // Rooms whose channels are in different shards.
    const rooms = Array.from({ length: 12 }, (_, i) => `room-${i}`);
    const [f1, t1] = [await far.connected("f1", ...rooms), await third.connected("t1", ...rooms)];
    for (const room of rooms) void near.adapter.broadcast(event(room), to([room]));
    void near.adapter.broadcast(event("all"), to());
    for (const socket of [f1, t1]) {
      const names = (await socket.received.take(13)).map(({ data }) => (data as string[])[0]);
      expect(names.sort()).toEqual([...rooms, "all"].sort());
    }

    const fetched = (await near.adapter.fetchSockets(to(["room-3"]))) as { id: string }[];
    expect(fetched.map(({ id }) => id).sort()).toEqual(["f1", "t1"]);
    const answered = new Promise<unknown>((resolve) => {
      near.adapter.broadcastWithAck(event("?"), to(["f1"], [], { timeout: 5000 }), () => {}, resolve);
    });
    await f1.received.next();
    for (const ack of f1.acks.values()) ack("yes");
    expect(await answered).toBe("yes");
    void near.adapter.serverSideEmit(["hello", 1]);
    for (const { heard } of [far, third]) expect(await heard.next()).toEqual(["hello", 1]);

    for (const { adapter } of nodes) await adapter.close();
    await Promise.all(clients.map(({ end }) => end()));
  });
});
