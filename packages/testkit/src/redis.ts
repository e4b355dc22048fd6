import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "./find-executable.js";
import { freePort } from "./listen.js";
import { requireService } from "./require-service.js";
import { within } from "./timeout.js";

export interface RedisServer {
  readonly port: number;
  /** Such as `redis://127.0.0.1:41234`. */
  readonly url: string;
  /** Ends the server and deletes its folder. */
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
export async function startRedis(): Promise<RedisServer> {
  const command = findRedis();
  if (command === undefined) throw new Error("no Redis: ask hasRedis() first");
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  const options = { port, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no" };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const close = async () => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await within(ready(child), "redis-server to be ready");
  } catch (error) {
    await close();
    throw error;
  }
  return { port, url: `redis://127.0.0.1:${port}`, close };
}

function findRedis(): string | undefined {
  return findExecutable("redis-server");
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const onData = (chunk: Buffer) => {
      output += chunk;
      if (output.includes("Ready to accept connections")) resolve();
    };
    child.stdout?.on("data", onData);
    child.stderr?.on("data", onData);
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`redis-server ended:\n${output}`)));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
