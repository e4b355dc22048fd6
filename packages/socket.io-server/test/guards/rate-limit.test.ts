import { openSocketIo, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import { eventSize } from "../../src/guards/event-size.js";
import { TokenBucket, TokenBuckets } from "../../src/guards/token-bucket.js";
import { type RateLimitExcess, type RateLimitOptions, rateLimit, type Socket } from "../../src/index.js";
import { type Started, start } from "../support/start.js";

let started: Started | undefined;
afterEach(() => started?.close());

const slowly = 1 / 3600;
const refused = {
  error: { code: "ERR_RATE_LIMITED", message: "too much, too fast", retryAfter: expect.anything() },
};

/** A server that echoes, and clients of it. */
async function limited(options: RateLimitOptions, clients = 1) {
  const excesses: RateLimitExcess[] = [];
  started = await start();
  const { io, connect } = started;
  io.on("connection", rateLimit({ ...options, onLimit: (excess) => excesses.push(excess) }));
  io.on("connection", (socket) => {
    for (const event of ["echo", "other"]) socket.on(event, (value, callback) => callback(value));
  });
  const all = Array.from({ length: clients }, () => connect());
  await Promise.all(all.map((client) => waitFor(client, "connect")));
  const ask = (value: unknown, event = "echo", client = 0) =>
    (all[client] as (typeof all)[0]).emitWithAck(event, value);
  return { io, ask, excesses, client: all[0] as (typeof all)[0] };
}

describe("what is too much is dropped, and who waits is told:", () => {
  test("events", async () => {
    const { ask, excesses } = await limited({ events: { rate: slowly, burst: 2 } });
    expect(await Promise.all([ask(1), ask(2, "other"), ask(3)])).toEqual([1, 2, refused]);
    expect(excesses).toEqual([
      { limit: "events", event: "echo", retryAfter: expect.any(Number), socket: expect.anything() },
    ]);
    expect(excesses[0]?.retryAfter).toBeGreaterThan(3_500_000);
  });

  test("events of a name", async () => {
    const { ask, excesses } = await limited({ perEvent: { echo: { rate: slowly, burst: 1 } } });
    expect(await Promise.all([ask(1), ask(2), ask(3, "other")])).toEqual([1, refused, 3]);
    expect(excesses.map(({ limit }) => limit)).toEqual(["perEvent"]);
  });

  test("bytes", async () => {
    const { ask, excesses } = await limited({ bytes: { rate: slowly, burst: 1000 } });
    const text = "x".repeat(600);
    expect(await ask(text)).toBe(text);
    expect(await ask(Buffer.alloc(600))).toEqual(refused);
    expect(await ask("small")).toBe("small");
    expect(await ask("x".repeat(1001))).toMatchObject({ error: { retryAfter: null } });
    expect(excesses.map(({ limit }) => limit)).toEqual(["bytes", "bytes"]);
    expect(excesses[1]?.retryAfter).toBe(Number.POSITIVE_INFINITY);
  });

  test("events of an address", async () => {
    const { ask, excesses } = await limited({ address: { rate: slowly, burst: 2 } }, 3);
    expect(await ask(1, "echo", 0)).toBe(1);
    expect(await ask(2, "echo", 1)).toBe(2);
    expect(await ask(3, "echo", 2)).toEqual(refused);
    expect(excesses.map(({ limit }) => limit)).toEqual(["address"]);
  });
});

test("an address is what addressOf says", async () => {
  const { ask } = await limited(
    { address: { rate: slowly, burst: 1 }, addressOf: (socket: Socket) => socket.id },
    2,
  );
  expect(await ask(1, "echo", 0)).toBe(1);
  expect(await ask(2, "echo", 1)).toBe(2);
  expect(await ask(3, "echo", 1)).toEqual(refused);
});

test("what is refused by one limit costs nothing of the others", async () => {
  const { ask } = await limited({
    events: { rate: slowly, burst: 2 },
    perEvent: { echo: { rate: slowly, burst: 1 } },
  });
  expect(await Promise.all([ask(1), ask(2), ask(3, "other"), ask(4, "other")])).toEqual([
    1,
    refused,
    3,
    refused,
  ]);
});

test("who has waited may go on", async () => {
  const { ask } = await limited({ events: { rate: 20, burst: 1 } });
  expect(await ask(1)).toBe(1);
  const { error } = (await ask(2)) as { error: { retryAfter: number } };
  expect(error.retryAfter).toBeLessThanOrEqual(50);
  await new Promise((resolve) => setTimeout(resolve, error.retryAfter + 5));
  expect(await ask(3)).toBe(3);
});

test("onLimit may disconnect", async () => {
  started = await start();
  const { io, connect } = started;
  const onLimit = ({ socket }: RateLimitExcess) => (socket as Socket).disconnect(true);
  io.use(rateLimit({ events: { rate: slowly, burst: 1 }, onLimit }));
  const client = connect();
  const gone = waitFor(client, "disconnect");
  client.emit("a");
  client.emit("b");
  await gone;
});

test("a recovered socket is limited too", async () => {
  started = await start({ connectionStateRecovery: {} });
  const { io, url } = started;
  io.on("connection", rateLimit({ events: { rate: slowly, burst: 1 } }));
  io.on("connection", (socket) => socket.on("echo", (value, callback) => callback(value)));
  const first = await openSocketIo(url);
  const { sid, pid } = JSON.parse(String(first.connected).slice(1));
  io.emit("first");
  const [, offset] = JSON.parse(String(await first.packets.next()).slice(1));
  const again = await openSocketIo(url, { auth: { pid, offset } });
  expect(JSON.parse(String(again.connected).slice(1)).sid).toBe(sid);
  again.send('21["echo",1]');
  expect(await again.packets.next()).toBe("31[1]");
  again.send('22["echo",2]');
  expect(await again.packets.next()).toContain("ERR_RATE_LIMITED");
  again.close();
});

test("one socket alone can be limited", async () => {
  started = await start();
  const { io, connect } = started;
  io.on("connection", (socket) => {
    socket.use(rateLimit({ events: { rate: slowly, burst: 1 } }));
    socket.on("echo", (value, callback) => callback(value));
  });
  const clients = [connect(), connect()] as const;
  for (const client of clients) {
    expect(await client.emitWithAck("echo", 1)).toBe(1);
    expect(await client.emitWithAck("echo", 2)).toEqual(refused);
  }
});

test.each<[string, RateLimitOptions]>([
  ["one of", {}],
  ["one of", { perEvent: {} }],
  ["events.rate", { events: { rate: 0 } }],
  ["bytes.burst", { bytes: { rate: 1, burst: Number.NaN } }],
  ["perEvent.a.rate", { perEvent: { a: { rate: "1" as never } } }],
])("wrong options are refused: %s", (message, options) => {
  expect(() => rateLimit(options)).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_OPTION", message: expect.stringContaining(message) }),
  );
});

test("a limit of addresses is refused where there is one socket", () => {
  const limiter = rateLimit({ address: { rate: 1 } });
  expect(() => limiter(["event"], () => {})).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
});

test("a bucket fills at its rate up to its burst", () => {
  const bucket = new TokenBucket({ rate: 10, burst: 5 }, 0);
  expect(bucket.wait(5, 0)).toBe(0);
  bucket.take(5);
  expect(bucket.wait(1, 0)).toBe(100);
  expect(bucket.wait(1, 50)).toBe(50);
  expect(bucket.isFull(400)).toBe(false);
  expect(bucket.isFull(500)).toBe(true);
  expect(bucket.wait(5, 10_000)).toBe(0);
  expect(bucket.wait(6, 10_000)).toBe(Number.POSITIVE_INFINITY);
});

test("the buckets of keys that are silent are not kept", () => {
  const buckets = new TokenBuckets({ rate: 1, burst: 1 });
  for (let i = 0; i < 10_000; i++) buckets.of(`silent ${i}`, i).take(1);
  expect(buckets.size).toBeLessThanOrEqual(2100);
  buckets.of("busy", 20_000).take(1);
  for (let i = 0; i < 1000; i++) buckets.of(`other ${i}`, 20_000 + i / 10);
  expect(buckets.of("busy", 20_100).wait(1, 20_100)).toBeGreaterThan(0);
});

test("the size of an event", () => {
  expect(eventSize(["a", { b: ["é", 1, null] }, () => {}, new Uint8Array(10), new ArrayBuffer(10)])).toBe(
    1 + (1 + 4) + 3 + 2 + 1 + 4 + 10 + 10,
  );
});
