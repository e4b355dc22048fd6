import { createServer } from "node:http";
import { Socket as Client } from "published-engine.io-client";
import { listen } from "testkit";
import { Server } from "../src/index.js";
import { ATTACKS, type Trace } from "./attacks.js";
import { Random } from "./random.js";

export interface FuzzOptions {
  seconds: number;
  seed: number;
  /** How many attacks go on at a time. @default 40 */
  connections?: number;
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
  /** Sessions that were left once all attackers were gone, the healthy ones aside. */
  left: number;
}

/** Statuses that a request may be answered with. 500 is for methods that a session does not have. */
const EXPECTED = new Set(["101", "200", "400", "403", "404", "408", "413", "431", "500"]);

/**
 * Attacks a server of its own for some time. What is sent depends on the seed alone; how the attacks interleave does not.
 */
export async function fuzz({ seconds, seed, connections = 40 }: FuzzOptions): Promise<FuzzSummary> {
  const summary: FuzzSummary = { seed, attacks: {}, statuses: {}, echoes: 0, failures: [], left: 0 };
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
    pingTimeout: 2000,
    upgradeTimeout: 500,
  });
  engine.attach(http, { destroyUpgradeTimeout: 100 });
  engine.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  const { url, close } = await listen(http);
  const onUncaught = (error: unknown): void => fail(`uncaught: ${error}`);
  process.on("uncaughtException", onUncaught);
  process.on("unhandledRejection", onUncaught);

  const deadline = performance.now() + seconds * 1000;
  const healthy = ["polling", "websocket"].map((transport) => echo(url, transport, deadline, fail));
  const attackers = Array.from({ length: connections }, async (_, index) => {
    const random = new Random(seed + index);
    for (let round = 0; performance.now() < deadline; round++) {
      const trace = await random.pick(ATTACKS)(url, random, round);
      traces.set(index, trace);
      summary.attacks[trace.kind] = (summary.attacks[trace.kind] ?? 0) + 1;
      const status = /^HTTP\/1\.1 (\d+)/.exec(trace.replies.join(""))?.[1];
      if (status === undefined) continue;
      summary.statuses[status] = (summary.statuses[status] ?? 0) + 1;
      if (!EXPECTED.has(status)) fail(`status ${status}`);
    }
  });
  const outcomes = await Promise.allSettled(attackers);
  for (const outcome of outcomes)
    if (outcome.status === "rejected") fail(`an attack failed: ${outcome.reason}`);
  const clients = await Promise.all(healthy);
  for (const { echoes } of clients) summary.echoes += echoes;

  // Sessions whose client is gone end with the next ping.
  const patience = performance.now() + 5000;
  const others = (): number =>
    engine.clientsCount - clients.filter(({ client }) => client.readyState === "open").length;
  while (others() > 0 && performance.now() < patience)
    await new Promise((resolve) => setTimeout(resolve, 20));
  summary.left = others();
  for (const { client } of clients) client.close();
  engine.close();
  await close();
  process.off("uncaughtException", onUncaught);
  process.off("unhandledRejection", onUncaught);
  return summary;
}

/** A client that does nothing wrong, and gets back what it sends, one message after the other. */
function echo(
  url: string,
  transport: string,
  deadline: number,
  fail: (what: string) => void,
): Promise<{ client: Client; echoes: number }> {
  return new Promise((resolve) => {
    const client = new Client(url, { transports: [transport] });
    let echoes = 0;
    let isOver = false;
    const finish = (): void => {
      isOver = true;
      resolve({ client, echoes });
    };
    const next = (): void => {
      if (performance.now() < deadline) client.send(`${transport} ${echoes}`);
      else finish();
    };
    client.on("open", next);
    client.on("message", (data) => {
      if (data !== `${transport} ${echoes}`) fail(`the ${transport} client got ${data} for number ${echoes}`);
      echoes++;
      next();
    });
    client.on("close", (reason) => {
      if (isOver) return;
      fail(`the ${transport} client was closed: ${reason}`);
      finish();
    });
  });
}
