import { createRequire } from "node:module";
import * as adapters from "socket.io-adapter";
import { collect, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { AdapterConstructor, Socket } from "../../src/index.js";
import { implementations, type Started, start } from "../support/start.js";

const require = createRequire(createRequire(import.meta.url).resolve("published-socket.io"));
const published: typeof adapters = require("socket.io-adapter");

let started: Started | undefined;
afterEach(() => started?.close());

type Cluster = new (nsp: never, options?: object) => { readonly uid: string };

/** A cluster of one, whose broker takes its time. */
function alone(Base: unknown): AdapterConstructor {
  class Alone extends (Base as Cluster) {
    doPublish(): Promise<string> {
      return new Promise((resolve) => setTimeout(resolve, 5, "1-0"));
    }
    doPublishResponse(): Promise<void> {
      return Promise.resolve();
    }
  }
  return Alone as unknown as AdapterConstructor;
}

/** The order in which a client gets what was sent one after the other. */
async function order(Implementation: typeof implementations.ours, adapter: AdapterConstructor) {
  // With recovery everything goes by the adapter; without, what is for one socket goes past it.
  const recovery = adapter === (adapters.SessionAwareAdapter as unknown) && { connectionStateRecovery: {} };
  started = await start({ adapter, ...recovery }, Implementation);
  const { io, connect } = started;
  const client = connect("/", { transports: ["websocket"] });
  const [socket] = await waitFor<[Socket]>(io, "connection");
  await waitFor(client, "connect");
  const got = collect(client, "a", "b", "c", "d");
  io.emit("a");
  socket.emit("b");
  io.to(socket.id).emit("c");
  socket.emit("d", () => {});
  return (await got.take(4)).map(({ event }) => event).join("");
}

describe("what is sent one after the other, to all and to one", () => {
  test("published: arrives in another order with its cluster adapter", async () => {
    const Base = (published as unknown as { ClusterAdapter: unknown }).ClusterAdapter;
    expect(await order(implementations.published, alone(Base))).not.toBe("abcd");
  });

  const ours = Object.entries(adapters as unknown as Record<string, unknown>).flatMap(([name, exported]) => {
    if (typeof exported !== "function") return [];
    if (exported !== adapters.Adapter && !(exported.prototype instanceof adapters.Adapter)) return [];
    const cluster = name.startsWith("Cluster");
    return [[name, cluster ? alone(exported) : (exported as unknown as AdapterConstructor)] as const];
  });

  test.each(ours)("ours: arrives in that order with %s", async (_name, adapter) => {
    expect(await order(implementations.ours, adapter)).toBe("abcd");
  });
});
