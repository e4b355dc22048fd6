import { type Memory, startLoad, startServer, type Worker } from "./processes.js";

export interface IdleOptions {
  connections: number;
  /** For how long a tenth of them reconnects every second. */
  seconds: number;
  /** Given to the server. */
  options?: object;
}

export interface IdleSummary {
  reconnected: number;
  perSecond: number;
  /** What went wrong for a client, and how many requests the server refused. */
  errors: string[];
  refusals: number;
  reasons: Record<string, number>;
  /** Before the first client, with all of them, when they had left, and when as many had come and left once more. */
  before: Memory;
  full: Memory;
  after: Memory;
  again: Memory;
}

const LOAD_PROCESSES = 2;

// At full length it takes minutes.
const log = (what: string) =>
  process.env.SOAK && process.stderr.write(`${new Date().toISOString()} ${what}\n`);

/** Idle clients, nine of ten over WebSocket, a tenth of which reconnects every second. They leave politely, silently, or with a reset. */
export async function idle({ connections, seconds, options = {} }: IdleOptions): Promise<IdleSummary> {
  const server = await startServer("ours", options);
  const loads = await Promise.all(Array.from({ length: LOAD_PROCESSES }, () => startLoad(server.port)));
  const share = connections / LOAD_PROCESSES;
  const all = <Result = void>(command: string, args?: unknown) =>
    Promise.all(loads.map((load) => load.ask<Result>(command, args)));
  try {
    // What is loaded and compiled with the first clients is no leak.
    await all("open", 50);
    await all("leave");
    const before = await empty(server);
    await all("open", share);
    const full = await server.ask<Memory>("measure");
    log(`${connections} are connected`);
    const rounds = await all<{ reconnected: number; seconds: number }>("reconnect", {
      perSecond: share / 10,
      seconds,
    });
    log("and have reconnected");
    await all("leave");
    const after = await empty(server);
    log("and left");
    await all("open", share);
    await all("leave");
    const again = await empty(server);
    const errors = await all<string[]>("errors");
    const { reasons, refusals } = await server.ask<Pick<IdleSummary, "reasons" | "refusals">>("count");
    const reconnected = rounds.reduce((sum, one) => sum + one.reconnected, 0);
    const perSecond = Math.round(reconnected / Math.max(...rounds.map((one) => one.seconds)));
    return { reconnected, perSecond, errors: errors.flat(), refusals, reasons, before, full, after, again };
  } finally {
    await Promise.all([...loads, server].map((one) => one.stop()));
  }
}

/** The memory once the server has noticed that everybody has left. */
async function empty(server: Worker): Promise<Memory> {
  const patience = performance.now() + 60_000;
  for (;;) {
    const { clients } = await server.ask<{ clients: number }>("count");
    if (clients === 0 || performance.now() > patience) return server.ask<Memory>("measure");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
