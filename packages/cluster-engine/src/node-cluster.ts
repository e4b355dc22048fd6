import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerOptions } from "engine.io";
import { ClusterEngine } from "./cluster-engine.js";
import { codedError } from "./errors.js";
import { unixLink } from "./unix-link.js";

/** Tells the workers, which inherit the environment, where they meet. */
const DIRECTORY = "SOCKET_IO_CLUSTER_DIRECTORY";

/**
 * Prepares a place where the workers of `node:cluster` meet, in a folder for temporary files that only this user can read. Call it once
 * in the primary, before `cluster.fork()`.
 */
export function setupPrimary(): void {
  const directory = mkdtempSync(join(tmpdir(), "socket.io-"));
  process.env[DIRECTORY] = directory;
  process.on("exit", () => rmSync(directory, { recursive: true, force: true }));
}

/**
 * The engine for workers of `node:cluster`.
 *
 * @example
 * if (cluster.isPrimary) {
 *   setupPrimary();
 *   for (let i = 0; i < availableParallelism(); i++) cluster.fork();
 * } else {
 *   const httpServer = createServer();
 *   const engine = new NodeClusterEngine();
 *   engine.attach(httpServer, { path: "/socket.io/" });
 *   const io = new Server();
 *   io.bind(engine);
 *   httpServer.listen(3000);
 * }
 */
export class NodeClusterEngine extends ClusterEngine {
  /** @throws Error with the code `ERR_NO_PRIMARY` when the primary has not called `setupPrimary()`, OptionError as the engine does */
  constructor(options?: ServerOptions) {
    const directory = process.env[DIRECTORY];
    if (!directory) {
      throw codedError("ERR_NO_PRIMARY", "call setupPrimary() in the primary process, before cluster.fork()");
    }
    super(unixLink({ directory }), options);
  }
}
