import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process that does as it is told. */
export interface Worker {
  readonly port: number;
  ask<Result = void>(command: string, args?: unknown): Promise<Result>;
  stop(): Promise<void>;
}

export interface Memory {
  rss: number;
  /** Of JavaScript and of buffers. */
  heapUsed: number;
  clients: number;
  sockets: number;
}

export function startServer(implementation: "ours" | "published", options: object): Promise<Worker> {
  return start("server.cjs", ["--expose-gc"], [implementation, JSON.stringify(options)]);
}

export function startLoad(port: number): Promise<Worker> {
  return start("load.cjs", [], [String(port)]);
}

async function start(file: string, execArgv: string[], args: string[]): Promise<Worker> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child: ChildProcess = fork(path, args, { execArgv });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let failed: Error | undefined;
  child.on("message", ({ id, result }: { id?: number; result?: unknown }) => {
    if (id === undefined) return;
    waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  child.on("exit", (code, signal) => {
    failed = new Error(`${file} ended: ${signal ?? code}`);
    for (const { reject } of waiting.values()) reject(failed);
  });
  const [{ port }] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(failed)),
  ])) as [{ port: number }];
  let lastId = 0;
  return {
    port,
    ask: <Result>(command: string, args?: unknown) =>
      new Promise<Result>((resolve, reject) => {
        if (failed) {
          reject(failed);
          return;
        }
        const id = ++lastId;
        waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
        child.send({ id, command, args });
      }),
    async stop() {
      if (failed) return;
      const exit = once(child, "exit");
      child.disconnect();
      await exit;
    },
  };
}
