import { createServer } from "node:http";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Socket as Client } from "published-engine.io-client";
import { listen } from "testkit";
import { Server } from "../src/index.js";
import { ATTACKS, type Trace } from "./attacks.js";
import { cutEverywhere } from "./cuts.js";
import { Random } from "./random.js";

export interface FuzzOptions {
  seconds: number;
  seed: number;
  /** How many attacks go on at a time. @default 200 */
  connections?: number;
  /** Well-formed exchanges are cut at every byte, or at every `cutStep`-th one from `seed` on. @default 1 */
  cutStep?: number;
}

export interface FuzzSummary {
  seed: number;
  attacks: Record<string, number>;
  /** How many replies had which status. */
  statuses: Record<string, number>;
  /** Messages that the healthy clients got back. */
  echoes: number;
  /** What must not have happened, with the attack before it. */
  failures: string[];
  /** Connections that were cut, each at another of its bytes. */
  cuts: number;
  /** Sessions that were left once all attackers were gone, the healthy ones aside. */
  left: number;
  /** Bytes, garbage aside, that were in use after the second half more than after the first, JavaScript and buffers. */
  grown: number;
}

/** Statuses that a request may be answered with. 500 is for methods that a session does not have. */
const EXPECTED = new Set(["101", "200", "400", "403", "404", "408", "413", "431", "500"]);

/**
 * Attacks a server of its own for some time. What is sent depends on the seed alone; how the attacks interleave does not.
 */
export async function fuzz({
  seconds,
  seed,
  connections = 200,
  cutStep = 1,
}: FuzzOptions): Promise<FuzzSummary> {
  const summary: FuzzSummary = {
    seed,
    attacks: {},
    statuses: {},
    echoes: 0,
    failures: [],
    cuts: 0,
    left: 0,
    grown: 0,
  };
  const traces = new Map<number, Trace>();
  const fail = (what: string): void => {
    const last = [...traces.values()].map(
      ({ kind, sent }) => `${kind} ${Buffer.concat(sent).toString("base64")}`,
    );
    summary.failures.push(`${what}; the last attacks: ${last.join(" ")}`);
  };

  const http = createServer((_, response) => response.writeHead(404).end());
  const engine = new Server({
    allowEIO3: true,
    maxHttpBufferSize: 100_000,
    pingInterval: 200,
    pingTimeout: 8000,
    upgradeTimeout: 500,
  });
  engine.attach(http, { destroyUpgradeTimeout: 100 });
  // On a slow machine a connection may be closed for its age just when a healthy client uses it again.
  http.keepAliveTimeout = 60_000;
  engine.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  const { url, close } = await listen(http);
  const onUncaught = (error: unknown): void => fail(`uncaught: ${error}`);
  process.on("uncaughtException", onUncaught);
  process.on("unhandledRejection", onUncaught);

  const { connections: cuts, failures } = await cutEverywhere(cutStep, seed);
  summary.cuts = cuts;
  failures.forEach(fail);
  const healthy = ["polling", "websocket"].map((transport) => echo(url, transport, fail));
  const attackers = Array.from({ length: connections }, (_, index) => new Random(seed + index));
  const attack = async (random: Random, index: number, deadline: number): Promise<void> => {
    for (let round = 0; performance.now() < deadline; round++) {
      const trace = await random.pick(ATTACKS)(url, random, round);
      traces.set(index, trace);
      summary.attacks[trace.kind] = (summary.attacks[trace.kind] ?? 0) + 1;
      const status = /^HTTP\/1\.1 (\d+)/.exec(trace.replies.join(""))?.[1];
      if (status === undefined) continue;
      summary.statuses[status] = (summary.statuses[status] ?? 0) + 1;
      if (!EXPECTED.has(status)) fail(`status ${status}`);
    }
  };
  /** Gives the memory in use once all that was attacked has come to rest. */
  const attackFor = async (milliseconds: number): Promise<number> => {
    const deadline = performance.now() + milliseconds;
    const outcomes = await Promise.allSettled(attackers.map((random, i) => attack(random, i, deadline)));
    for (const outcome of outcomes)
      if (outcome.status === "rejected") fail(`an attack failed: ${outcome.reason}`);
    summary.left = await sessionsLeft(engine, healthy.length);
    traces.clear();
    return memoryInUse();
  };

  // The first half makes room and has code compiled: where memory was is where it is after that.
  const before = await attackFor(seconds * 500);
  summary.grown = (await attackFor(seconds * 500)) - before;
  for (const { finish } of healthy) summary.echoes += await finish();
  engine.close();
  await close();
  process.off("uncaughtException", onUncaught);
  process.off("unhandledRejection", onUncaught);
  return summary;
}

/** How many sessions do not end, the healthy ones aside. Those whose client is gone do with the next ping. */
async function sessionsLeft(engine: Server, healthy: number): Promise<number> {
  const patience = performance.now() + 30_000;
  while (engine.clientsCount > healthy && performance.now() < patience)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return engine.clientsCount - healthy;
}

async function memoryInUse(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < 4; i++) {
    collect();
    // Finalizers, and what they let go of.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A client that does nothing wrong, and gets back what it sends, one message after the other, until it is told to finish. */
function echo(
  url: string,
  transport: string,
  fail: (what: string) => void,
): { finish: () => Promise<number> } {
  const client = new Client(url, { transports: [transport] });
  let echoes = 0;
  let isOver = false;
  let finished: (() => void) | undefined;
  const next = (): void => {
    if (finished) finished();
    else client.send(`${transport} ${echoes}`);
  };
  client.on("open", next);
  client.on("message", (data) => {
    if (data !== `${transport} ${echoes}`) fail(`the ${transport} client got ${data} for number ${echoes}`);
    echoes++;
    next();
  });
  client.on("close", (reason, details) => {
    if (!isOver) fail(`the ${transport} client was closed: ${reason} ${inspect(details, { depth: 1 })}`);
    isOver = true;
    finished?.();
  });
  return {
    async finish() {
      if (!isOver) {
        await new Promise<void>((resolve) => {
          finished = resolve;
        });
      }
      isOver = true;
      client.close();
      return echoes;
    },
  };
}
