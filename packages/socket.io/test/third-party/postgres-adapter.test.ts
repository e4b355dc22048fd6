import { Pool } from "pg";
import { hasPostgres, type PostgresServer, startPostgres } from "testkit";
import { afterAll, beforeAll, describe } from "vitest";
import { clusterSuite } from "./cluster-suite.js";
import { kindsOf } from "./support/adapter-kinds.js";
import { startNodes } from "./support/start-nodes.js";

type PostgresAdapter = typeof import("published-postgres-adapter");

const kinds = kindsOf<PostgresAdapter>("published-postgres-adapter");

describe.skipIf(!hasPostgres())("@socket.io/postgres-adapter", () => {
  let postgres: PostgresServer;
  beforeAll(async () => {
    postgres = await startPostgres();
    const pool = new Pool({ connectionString: postgres.url });
    await pool.query(`CREATE TABLE socket_io_attachments (
      id bigserial UNIQUE, created_at timestamptz DEFAULT NOW(), payload bytea)`);
    await pool.end();
  });
  afterAll(() => postgres.close());

  for (const [name, pair] of kinds) {
    clusterSuite(name, async () => {
      const pools: Pool[] = [];
      return startNodes(
        pair,
        (exports) => {
          // One connection listens, the other one sends: several would bring what is sent in any order.
          const pool = new Pool({ connectionString: postgres.url, max: 2 });
          pools.push(pool);
          return exports.createAdapter(pool);
        },
        () => Promise.all(pools.map((pool) => pool.end())),
      );
    });
  }
});
