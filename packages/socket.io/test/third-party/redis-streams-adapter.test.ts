import { Redis } from "ioredis";
import { hasRedis, type RedisServer, startRedis } from "testkit";
import { afterAll, beforeAll, describe } from "vitest";
import { clusterSuite } from "./cluster-suite.js";
import { kindsOf } from "./support/adapter-kinds.js";
import { startNodes } from "./support/start-nodes.js";

type StreamsAdapter = typeof import("published-redis-streams-adapter");

const kinds = kindsOf<StreamsAdapter>("published-redis-streams-adapter");

describe.skipIf(!hasRedis())("@socket.io/redis-streams-adapter", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  for (const [name, pair] of kinds) {
    clusterSuite(name, async () => {
      const connections: Redis[] = [];
      const connection = () => {
        const client = new Redis(redis.url);
        connections.push(client);
        return client;
      };
      return startNodes(
        pair,
        // What it duplicates it disconnects when a read is over.
        (exports) => exports.createAdapter(connection(), { blockTimeInMs: 100 }),
        () => Promise.all(connections.map((client) => client.quit())),
      );
    });
  }
});
