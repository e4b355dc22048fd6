import { Redis } from "ioredis";
import { createClient } from "redis";
import { hasRedis, type RedisServer, startRedis } from "testkit";
import { adapterSuite, clusterAdapterSuite, type FakeNamespace } from "testkit/adapters";
import { afterAll, beforeAll, describe } from "vitest";
import { createAdapter, createShardedAdapter } from "../src/index.js";

interface Client {
  quit(): Promise<unknown>;
}

describe.skipIf(!hasRedis())("over one Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  const connects: Record<string, () => Promise<Client>> = {
    redis: async () => createClient({ url: redis.url }).connect(),
    ioredis: async () => new Redis(redis.url),
  };
  const makers = {
    classic: createAdapter,
    "sharded, dynamic": createShardedAdapter,
    "sharded, dynamic-private": (pub: object, sub: object) =>
      createShardedAdapter(pub, sub, { subscriptionMode: "dynamic-private" }),
    "sharded, static": (pub: object, sub: object) =>
      createShardedAdapter(pub, sub, { subscriptionMode: "static" }),
  };

  for (const [library, connect] of Object.entries(connects)) {
    for (const [kind, make] of Object.entries(makers)) {
      const start = () => {
        const clients: Client[] = [];
        return {
          async create(namespace: FakeNamespace) {
            const [pub, sub] = [await connect(), await connect()];
            clients.push(pub, sub);
            return make(pub, sub)(namespace as never);
          },
          async close() {
            await Promise.all(clients.map((client) => client.quit()));
          },
        };
      };
      clusterAdapterSuite(`${kind}, ${library}`, start);
    }
  }

  describe("alone", () => {
    let clients: Client[];
    beforeAll(async () => {
      clients = [await connects.redis?.(), await connects.redis?.()] as Client[];
    });
    afterAll(() => Promise.all(clients.map((client) => client.quit())));
    for (const [kind, make] of Object.entries(makers)) {
      adapterSuite(kind, (namespace) => {
        // Without recovery, in which an offset is waited for.
        namespace.server.opts = {};
        return make(clients[0] as Client, clients[1] as Client)(namespace as never);
      });
    }
  });
});
