import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findExecutable } from "./find-executable.js";
import { freePort } from "./listen.js";
import { requireService } from "./require-service.js";
import { startProcess } from "./service-process.js";

const run = promisify(execFile);

export interface PostgresServer {
  readonly port: number;
  /** Such as `postgres://postgres@127.0.0.1:41234/postgres`. */
  readonly url: string;
  /** Kills the server, as if it had crashed. `restart` brings it back, with its data. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Ends the server and deletes its data. */
  close(): Promise<void>;
}

/** For suites that need PostgreSQL. */
export function hasPostgres(): boolean {
  return requireService("PostgreSQL", findBinaries(), "apt-get install postgresql");
}

/**
 * A PostgreSQL of its own, on a free port of 127.0.0.1, with an empty database.
 *
 * @throws Error with what the server said, when it does not come up
 * @example
 * const postgres = await startPostgres();
 * const pool = new Pool({ connectionString: postgres.url });
 */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = findBinaries();
  if (binaries === undefined) throw new Error("no PostgreSQL: ask hasPostgres() first");
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const port = await freePort();
  // It refuses to run as root.
  const as =
    process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : [];
  const commandLine = (name: string, args: string[]): [string, string[]] => {
    const [first, ...others] = [...as, join(binaries, name), ...args] as [string, ...string[]];
    return [first, others];
  };
  const start = () => {
    const settings = { port, listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off" };
    const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const [command, args] = commandLine("postgres", ["-D", folder, ...options]);
    return startProcess(command, args, "database system is ready to accept connections");
  };
  let server: Awaited<ReturnType<typeof start>>;
  try {
    if (as.length) await chown(folder, await idOf("-u"), await idOf("-g"));
    await run(
      ...commandLine("initdb", [
        "-D",
        folder,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-N",
        "--locale=C",
        "-E",
        "UTF8",
      ]),
    );
    server = await start();
  } catch (error) {
    await removeFolder();
    throw error;
  }
  return {
    port,
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    kill: () => server.kill("SIGQUIT"),
    async restart() {
      await server.kill("SIGQUIT");
      server = await start();
    },
    async close() {
      // Its processes for connections end with it.
      await server.kill("SIGQUIT");
      await removeFolder();
    },
  };
}

async function idOf(which: "-u" | "-g"): Promise<number> {
  return Number((await run("id", [which, "postgres"])).stdout);
}

/** The folder with the programs of the newest version. Debian has them outside of the `PATH`. */
function findBinaries(): string | undefined {
  const onPath = findExecutable("initdb");
  if (onPath) return join(onPath, "..");
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  return versions
    .map((version) => join(root, version, "bin"))
    .find((path) => existsSync(join(path, "initdb")));
}
