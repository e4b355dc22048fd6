import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "./find-executable.js";
import { freePort } from "./listen.js";
import { requireService } from "./require-service.js";
import { startProcess } from "./service-process.js";
import { openTcp } from "./wire/tcp.js";

export interface RedisServer {
  readonly port: number;
  /** Such as `redis://127.0.0.1:41234`. */
  readonly url: string;
  /** Kills the server and starts an empty one in its place, on the same port. */
  restart(): Promise<void>;
  /** Kills the server, as if it had crashed. `restart` brings it back. */
  kill(): Promise<void>;
  /** Ends the server and deletes its folder. */
  close(): Promise<void>;
}

export interface RedisCluster {
  readonly ports: number[];
  close(): Promise<void>;
}

/**
 * For suites that need Redis.
 *
 * @example describe.skipIf(!hasRedis())("over Redis", () => {});
 */
export function hasRedis(): boolean {
  return requireService("Redis", findRedis(), "apt-get install redis-server");
}

/**
 * A Redis of its own, on a free port of 127.0.0.1, that keeps nothing.
 *
 * @throws Error with what the server said, when it does not come up
 * @example
 * const redis = await startRedis();
 * const client = new Redis(redis.url);
 */
export async function startRedis(options: Record<string, string> = {}): Promise<RedisServer> {
  const command = findRedis();
  if (command === undefined) throw new Error("no Redis: ask hasRedis() first");
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  const all = { port: String(port), bind: "127.0.0.1", dir: folder, save: "", appendonly: "no", ...options };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const start = () => startProcess(command, args, "Ready to accept connections");
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  let server = await start().catch(async (error: unknown) => {
    await removeFolder();
    throw error;
  });
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    async restart() {
      await server.kill();
      server = await start();
    },
    kill: () => server.kill(),
    async close() {
      await server.kill();
      await removeFolder();
    },
  };
}

const SLOTS = 16_384;

/**
 * A Redis Cluster of three masters, each with a third of the slots.
 *
 * @example
 * const { ports } = await startRedisCluster();
 * const client = new Cluster(ports.map((port) => ({ host: "127.0.0.1", port })));
 */
export async function startRedisCluster(): Promise<RedisCluster> {
  const servers: RedisServer[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.close()));
  };
  try {
    for (let i = 0; i < 3; i++) {
      const busPort = String(await freePort());
      servers.push(
        await startRedis({
          "cluster-enabled": "yes",
          "cluster-node-timeout": "5000",
          "cluster-port": busPort,
        }),
      );
      const { port } = servers[i] as RedisServer;
      const [first, last] = [Math.ceil((i * SLOTS) / 3), Math.ceil(((i + 1) * SLOTS) / 3) - 1];
      await command(port, `CLUSTER ADDSLOTSRANGE ${first} ${last}`, "+OK");
      // Told apart, so that none gives way to another.
      await command(port, `CLUSTER SET-CONFIG-EPOCH ${i + 1}`, "+OK");
      if (i > 0)
        await command((servers[0] as RedisServer).port, `CLUSTER MEET 127.0.0.1 ${port} ${busPort}`, "+OK");
    }
    for (const { port } of servers) await formed(port);
  } catch (error) {
    await close();
    throw error;
  }
  return { ports: servers.map(({ port }) => port), close };
}

/** Sends one command until the answer has the text. */
async function command(port: number, line: string, answer: string): Promise<void> {
  const tcp = await openTcp(`http://127.0.0.1:${port}`);
  tcp.write(`${line}\r\n`);
  await tcp.takeUntil(answer);
  tcp.destroy();
}

/** Waits until a node is connected to all others: what is published before that goes astray. */
async function formed(port: number): Promise<void> {
  const tcp = await openTcp(`http://127.0.0.1:${port}`);
  for (;;) {
    tcp.write("CLUSTER INFO\r\n");
    const info = String(await tcp.takeUntil("total_cluster_links_buffer_limit_exceeded:0\r\n\r\n"));
    tcp.write("CLUSTER NODES\r\n");
    const nodes = String(await tcp.takeUntil("\n\r\n"));
    if (info.includes("cluster_state:ok") && nodes.split(" connected").length === 4) break;
    // There is nothing to listen to.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  tcp.destroy();
}

function findRedis(): string | undefined {
  return findExecutable("redis-server");
}
