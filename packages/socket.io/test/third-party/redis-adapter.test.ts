import { Redis } from "ioredis";
import { createClient } from "redis";
import { hasRedis, type RedisServer, startRedis } from "testkit";
import { afterAll, beforeAll, describe } from "vitest";
import { clusterSuite } from "./cluster-suite.js";
import { kindsOf } from "./support/adapter-kinds.js";
import { startNodes } from "./support/start-nodes.js";

type RedisAdapter = typeof import("published-redis-adapter");

interface Connection {
  quit(): Promise<unknown>;
}

const kinds = kindsOf<RedisAdapter>("published-redis-adapter");

describe.skipIf(!hasRedis())("@socket.io/redis-adapter", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  const clients = {
    ioredis: async () => new Redis(redis.url),
    redis: async () => createClient({ url: redis.url }).connect(),
  };

  describe.each(Object.entries(clients))("%s", (_, connect: () => Promise<Connection>) => {
    describe.each(["createAdapter", "createShardedAdapter"] as const)("%s", (create) => {
      for (const [name, pair] of kinds) {
        clusterSuite(name, async () => {
          const connections = await Promise.all([1, 2, 3, 4].map(connect));
          const left = [...connections];
          return startNodes(
            pair,
            (exports) => exports[create](left.pop(), left.pop()),
            // not disconnect(): the adapters have just sent their last commands
            () => Promise.all(connections.map((connection) => connection.quit())),
          );
        });
      }
    });
  });
});
