import { createServer } from "node:http";
import { Server } from "socket.io-server";
import { listen, startFaultProxy, waitFor } from "testkit";
import { io } from "../src/index.js";

export interface DropOptions {
  /** How long the network is away. */
  seconds: number;
  /**
   * - `blackhole`: nothing arrives, and nothing breaks; what was sent shortly before arrives after
   * - `reset`: connections break, and new ones are refused
   * - `blackhole, reset`: nothing arrives, then what was connected breaks, as behind a router that has forgotten
   */
  mode: "blackhole" | "reset" | "blackhole, reset";
  transports: string[] | undefined;
  /** Milliseconds; the sum is what it takes to notice a silent end. */
  pingInterval: number;
  pingTimeout: number;
}

/** What became of the messages of one direction. */
interface Tally {
  sent: number;
  lost: number;
  twice: number;
  /** How many came after a later one. */
  late: number;
}

export interface DropReport {
  toServer: Tally;
  toClient: Tally;
  /** Reasons of the client's disconnections. */
  disconnections: string[];
  /** For each connection after the first, whether the session was restored. */
  recovered: boolean[];
  /** Events that the server saw again, as their acknowledgement was lost, and recognised. */
  repeats: number;
}

/** Milliseconds before and after the drop. */
const AROUND = 500;
/** Messages of one direction, about. */
const MESSAGES = 500;
/** Milliseconds without any message after which what is missing counts as lost. */
const PATIENCE = 20_000;

/** Numbered messages both ways through a network that goes away and comes back. */
export async function networkDrop(options: DropOptions): Promise<DropReport> {
  const { seconds, mode, transports, pingInterval, pingTimeout } = options;
  const http = createServer();
  const server = new Server(http, { pingInterval, pingTimeout, connectionStateRecovery: {} });
  const { url, close } = await listen(http);
  const proxy = await startFaultProxy({ target: url });
  const atServer: number[] = [];
  const atClient: number[] = [];
  let repeats = 0;
  server.on("connection", (peer) => {
    peer.on("up", (n: number, ack: () => void) => {
      ack();
      // Retries deliver at least once. What the socket remembers is restored with its session, so that once is all.
      const { next = 0 } = peer.data as { next?: number };
      if (n < next) repeats++;
      else {
        atServer.push(n);
        peer.data.next = n + 1;
      }
    });
  });
  const client = io(proxy.url, {
    forceNew: true,
    transports,
    retries: Number.POSITIVE_INFINITY,
    ackTimeout: 20_000,
    reconnectionDelay: 50,
    reconnectionDelayMax: 500,
    timeout: 2000,
  });
  const report: Pick<DropReport, "disconnections" | "recovered"> = { disconnections: [], recovered: [] };
  client.on("down", (n: number) => atClient.push(n));
  client.on("disconnect", (reason) => report.disconnections.push(reason));
  let sent = 0;
  const send = () => {
    client.emit("up", sent);
    server.emit("down", sent);
    sent++;
  };
  // The first one comes with the connection: a client that has received nothing yet has no offset to come back with.
  server.once("connection", send);
  try {
    await waitFor(client, "down");
    client.on("connect", () => report.recovered.push(client.recovered));
    const stream = setInterval(send, Math.max(10, (seconds * 1000) / MESSAGES));
    await pause(AROUND);
    const silent = mode !== "reset";
    if (silent) {
      proxy.stall("toServer");
      proxy.stall("toClient");
    } else {
      proxy.refuse(true);
      proxy.reset();
    }
    await pause(seconds * 1000);
    if (mode === "blackhole, reset") proxy.reset();
    proxy.refuse(false);
    proxy.resume("toServer");
    proxy.resume("toClient");
    await pause(AROUND);
    clearInterval(stream);
    await allOf(sent, atServer, atClient);
    return { toServer: tally(sent, atServer), toClient: tally(sent, atClient), ...report, repeats };
  } finally {
    client.disconnect();
    await proxy.close();
    await Promise.all([server.close(), close()]);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits for every message, as long as any arrives. */
async function allOf(sent: number, ...lists: number[][]): Promise<void> {
  let seen = -1;
  for (let since = performance.now(); performance.now() - since < PATIENCE; await pause(20)) {
    if (lists.every((list) => new Set(list).size === sent)) return;
    const now = lists.flat().length;
    if (now !== seen) since = performance.now();
    seen = now;
  }
}

function tally(sent: number, arrived: number[]): Tally {
  const different = new Set(arrived);
  let highest = -1;
  let late = 0;
  for (const n of arrived) {
    if (n < highest) late++;
    highest = Math.max(highest, n);
  }
  return { sent, lost: sent - different.size, twice: arrived.length - different.size, late };
}
