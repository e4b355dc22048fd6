import { createServer } from "node:http";
import type { Server, ServerOptions } from "published-socket.io";
import { type FaultProxy, listen, Queue, startFaultProxy } from "testkit";
import type { Host, Scenario } from "./scenario.js";
import type { HostCall } from "./stage.js";

export type ServerClass = new (options?: Partial<ServerOptions>) => Server;

export interface RunningHost {
  readonly url: string;
  readonly call: HostCall;
  close(): Promise<void>;
}

/** Runs the server half of a scenario. */
export async function startHost(
  ServerImpl: ServerClass,
  { options, proxied, serve }: Scenario,
  defaults: Partial<ServerOptions> = {},
): Promise<RunningHost> {
  const told = new Map<string, Queue<unknown[]>>();
  const queue = (name: string) => {
    const known = told.get(name) ?? new Queue<unknown[]>(`"${name}" of the server`);
    told.set(name, known);
    return known;
  };
  const answers = new Map<string, (...args: unknown[]) => unknown>();

  const launch = async (port: number) => {
    const http = createServer();
    const io = new ServerImpl({ ...defaults, ...options });
    io.attach(http);
    const host: Host = {
      io,
      tell: (name, ...values) => queue(name).push(values),
      answer: (name, handler) => answers.set(name, handler),
    };
    serve?.(host);
    const listening = await listen(http, { port });
    // Both at once: each waits for connections that the other ends.
    return { ...listening, close: () => Promise.all([io.close(), listening.close()]) };
  };

  let current = await launch(0);
  const { url, port } = current;
  const proxy: FaultProxy | undefined = proxied ? await startFaultProxy({ target: url }) : undefined;

  const methods: Record<string, (...args: unknown[]) => unknown> = {
    heard: (name) => queue(String(name)).next(),
    ask: (name, ...args) => {
      const handler = answers.get(String(name));
      if (!handler) throw new Error(`the server half answers no "${name}"`);
      return handler(...args);
    },
    kill: async () => void (await current.close()),
    restart: async () => {
      current = await launch(port);
    },
    stall: () => proxy?.stall("toClient"),
  };
  return {
    url: proxy?.url ?? url,
    async call(method, args) {
      const result = await methods[method]?.(...args);
      return result === undefined ? undefined : JSON.parse(JSON.stringify(result));
    },
    async close() {
      await current.close();
      await proxy?.close();
    },
  };
}
