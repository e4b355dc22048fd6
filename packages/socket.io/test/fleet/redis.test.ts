import * as ours from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { hasRedis, type RedisServer, startRedis } from "testkit";
import { afterAll, beforeAll, describe } from "vitest";
import { ourServer, publishedServer } from "../interop/implementations.js";
import { clusterSuite } from "../third-party/cluster-suite.js";
import type { Kind } from "../third-party/support/adapter-kinds.js";
import { loadOver, publishedBase } from "../third-party/support/load-over.js";
import { startNodes } from "../third-party/support/start-nodes.js";

type Adapters = Pick<typeof ours, "createAdapter" | "createShardedAdapter">;

const our: Kind<Adapters> = { server: ourServer, exports: ours };
const old: Kind<Adapters> = {
  server: publishedServer,
  exports: loadOver("published-redis-adapter", publishedBase),
};

describe.skipIf(!hasRedis())("a fleet on one Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  describe.each(["createAdapter", "createShardedAdapter"] as const)("%s", (create) => {
    const pairs: [string, [Kind<Adapters>, Kind<Adapters>]][] = [
      ["of ours", [our, our]],
      ["of ours and published ones", [our, old]],
      ["of published ones and ours", [old, our]],
    ];
    for (const [name, pair] of pairs) {
      clusterSuite(name, async () => {
        const connect = () => createClient({ url: redis.url }).connect();
        const clients = await Promise.all([connect(), connect(), connect(), connect()]);
        const left = [...clients];
        return startNodes(
          pair,
          (exports) => exports[create](left.pop() as object, left.pop() as object),
          () => Promise.all(clients.map((client) => client.close())),
        );
      });
    }
  });
});
