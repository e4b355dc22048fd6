import { Redis } from "ioredis";
import type { ServerOptions } from "published-socket.io";
import { hasRedis, type RedisServer, startRedis } from "testkit";
import { afterAll, beforeAll, describe } from "vitest";
import { ourServer, publishedServer, type ServerImplementation } from "../interop/implementations.js";
import { type Cluster, clusterSuite } from "./cluster-suite.js";
import { loadOver, ourBase, publishedBase } from "./support/load-over.js";
import { Node } from "./support/node.js";

type RedisAdapter = typeof import("@socket.io/redis-adapter");

interface Kind {
  server: ServerImplementation;
  redisAdapter: RedisAdapter;
}

const packageName = "@socket.io/redis-adapter";
const overOurs: Kind = { server: ourServer, redisAdapter: loadOver(packageName, ourBase) };
const overItsOwn: Kind = { server: ourServer, redisAdapter: loadOver(packageName, publishedBase) };
const published: Kind = { ...overItsOwn, server: publishedServer };

describe.skipIf(!hasRedis())(packageName, () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  async function start(
    create: "createAdapter" | "createShardedAdapter",
    kinds: [Kind, Kind],
  ): Promise<Cluster> {
    const connections: Redis[] = [];
    const connection = () => {
      const client = new Redis(redis.url);
      connections.push(client);
      return client;
    };
    const [near, far] = kinds.map(({ server, redisAdapter }) => {
      const adapter = redisAdapter[create](connection(), connection()) as unknown as ServerOptions["adapter"];
      return new Node(server, { adapter }).listen();
    }) as [Promise<Node>, Promise<Node>];
    const nodes: [Node, Node] = [await near, await far];
    return {
      nodes,
      async close() {
        await Promise.all(nodes.map((node) => node.close()));
        // not disconnect(): the adapters have just sent their last commands
        await Promise.all(connections.map((client) => client.quit()));
      },
    };
  }

  describe.each(["createAdapter", "createShardedAdapter"] as const)("%s", (create) => {
    clusterSuite("over our base class", () => start(create, [overOurs, overOurs]));
    clusterSuite("over its own base class", () => start(create, [overItsOwn, overItsOwn]));
    clusterSuite("over ours, beside a published server", () => start(create, [overOurs, published]));
  });
});
