import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "./find-executable.js";
import { freePort } from "./listen.js";
import { requireService } from "./require-service.js";
import { startProcess } from "./service-process.js";

export interface NatsServer {
  readonly port: number;
  /** Such as `nats://127.0.0.1:41234`. */
  readonly url: string;
  /** Kills the server, as if it had crashed. `restart` brings it back. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and with what JetStream had stored. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** For suites that need NATS. */
export function hasNats(): boolean {
  return requireService("NATS", findNats(), "apt-get install nats-server");
}

/**
 * A NATS server of its own with JetStream, on a free port of 127.0.0.1.
 *
 * @throws Error with what the server said, when it does not come up
 */
export async function startNats(): Promise<NatsServer> {
  const command = findNats();
  if (command === undefined) throw new Error("no NATS: ask hasNats() first");
  const folder = await mkdtemp(join(tmpdir(), "nats-"));
  const port = await freePort();
  const args = ["-a", "127.0.0.1", "-p", String(port), "-js", "-sd", folder];
  const start = () => startProcess(command, args, "Server is ready");
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  let server = await start().catch(async (error: unknown) => {
    await removeFolder();
    throw error;
  });
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    kill: () => server.kill(),
    async restart() {
      await server.kill();
      server = await start();
    },
    async close() {
      await server.kill();
      await removeFolder();
    },
  };
}

function findNats(): string | undefined {
  return findExecutable("nats-server");
}
