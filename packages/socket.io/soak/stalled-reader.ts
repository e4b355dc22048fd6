import { type Memory, startLoad, startServer } from "./processes.js";

export interface StalledReaderOptions {
  implementation: "ours" | "published";
  seconds: number;
  /** Given to the server: `maxBufferedBytes`, `bufferPolicy`. */
  options?: object;
}

export interface StalledReaderSummary {
  messages: number;
  perSecond: number;
  /** How many of the other nine got every message, in order. */
  complete: number;
  /** Clients that are still connected; messages that were dropped. */
  clients: number;
  drops: number;
  /** Bytes that the server holds, garbage aside, more than when everybody reads. */
  held: number;
  /** The same of its resident memory: at the end, and at the most with the garbage of the moment. */
  resident: number;
  residentPeak: number;
}

const READERS = 10;
const BYTES = 1024;
const PER_SECOND = 5000;
/** Longer than all of it takes: here it is not the heartbeat that finds the reader out. */
const PING_TIMEOUT = 300_000;

/** Messages of 1 KB, 5 000 a second, to ten clients, one of which stops reading. */
export async function stalledReader({
  implementation,
  seconds,
  options = {},
}: StalledReaderOptions): Promise<StalledReaderSummary> {
  const server = await startServer(implementation, { pingTimeout: PING_TIMEOUT, ...options });
  const load = await startLoad(server.port);
  const messages = seconds * PER_SECOND;
  const broadcast = async (first: number, slow: number) => {
    const result = await server.ask<{ peak: number; seconds: number }>("broadcast", {
      first,
      count: messages,
      bytes: BYTES,
      perSecond: PER_SECOND,
      clients: READERS,
      slow,
    });
    const received = await load.ask<{ next: number; wrong: number }[]>("received", first + messages);
    return { ...result, received, memory: await server.ask<Memory>("measure") };
  };
  try {
    await load.ask("listen", READERS);
    // Everybody reads first: the memory that this takes is not that of the one who will not.
    const usual = await broadcast(0, 0);
    await load.ask("stall");
    const stalled = await broadcast(messages, 1);
    const { clients, drops } = await server.ask<{ clients: number; drops: number }>("count");
    return {
      messages,
      perSecond: Math.round(messages / stalled.seconds),
      complete: stalled.received.filter(({ next, wrong }) => next === 2 * messages && wrong === 0).length,
      clients,
      drops,
      held: stalled.memory.heapUsed - usual.memory.heapUsed,
      resident: stalled.memory.rss - usual.memory.rss,
      residentPeak: stalled.peak - usual.peak,
    };
  } finally {
    await Promise.all([load.stop(), server.stop()]);
  }
}
