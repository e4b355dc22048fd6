import { waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import { type RateLimitOptions, rateLimit } from "../../src/index.js";
import { implementations, type Started, start } from "../support/start.js";

const { ours, published } = implementations;

let started: Started | undefined;
afterEach(() => started?.close());

const slowly = 1 / 3600;

/** How many of the events that clients of one address send are handled. */
async function handled(Implementation: typeof ours, limits?: RateLimitOptions, clients = 1): Promise<number> {
  started = await start({}, Implementation);
  const { io, connect } = started;
  if (limits) io.on("connection", rateLimit(limits));
  let count = 0;
  io.on("connection", (socket) => {
    socket.on("echo", (_value, callback) => {
      count++;
      callback();
    });
  });
  for (let i = 0; i < clients; i++) {
    const client = connect();
    await waitFor(client, "connect");
    await Promise.all(Array.from({ length: 100 }, () => client.emitWithAck("echo", "x".repeat(100))));
  }
  return count;
}

test("published: whatever a client sends is handled", async () => {
  expect(await handled(published)).toBe(100);
});

describe("ours:", () => {
  test("nothing is limited unless asked for", async () => {
    expect(await handled(ours)).toBe(100);
  });

  test.each<[string, RateLimitOptions, number, number]>([
    ["a limit of events", { events: { rate: slowly, burst: 10 } }, 2, 20],
    ["a limit for an event", { perEvent: { echo: { rate: slowly, burst: 10 } } }, 2, 20],
    ["a limit of bytes", { bytes: { rate: slowly, burst: 1200 } }, 1, 11],
    ["a limit for an address", { address: { rate: slowly, burst: 10 } }, 2, 10],
  ])(
    "%s is kept, and what is too much is answered with a refusal",
    async (_name, limits, clients, expected) => {
      expect(await handled(ours, limits, clients)).toBe(expected);
    },
  );

  test("the published server takes the middleware too", async () => {
    expect(await handled(published, { events: { rate: slowly, burst: 10 } })).toBe(10);
  });
});
