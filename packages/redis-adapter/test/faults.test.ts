import { Redis } from "ioredis";
import { createClient } from "redis";
import { collect, hasRedis, type RedisServer, startRedis } from "testkit";
import { event, FakeNamespace, to } from "testkit/adapters";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAdapter, createShardedAdapter } from "../src/index.js";

interface Client {
  on(event: "error", listener: () => void): unknown;
  publish(channel: string, message: string | Buffer): Promise<unknown>;
}

describe.skipIf(!hasRedis())("a Redis that fails", () => {
  let redis: RedisServer;
  let ends: (() => void)[];
  beforeEach(async () => {
    redis = await startRedis();
    ends = [];
  });
  afterEach(async () => {
    for (const end of ends) end();
    await redis.close();
  });

  const connects = {
    redis: async () => {
      const client = createClient({ url: redis.url, socket: { reconnectStrategy: 50 } });
      await client.connect();
      ends.push(() => client.destroy());
      return client as Client;
    },
    ioredis: async () => {
      const client = new Redis(redis.url, { retryStrategy: () => 50 });
      ends.push(() => client.disconnect());
      return client as Client;
    },
  };
  const kinds = { createAdapter, createShardedAdapter };

  async function start(connect: () => Promise<Client>, make: (typeof kinds)[keyof typeof kinds]) {
    const namespace = new FakeNamespace();
    namespace.server.opts = {};
    const adapter = make(await connect(), await connect())(namespace as never);
    namespace.adapter = adapter as never;
    await adapter.init();
    return { namespace, adapter };
  }

  describe.each(Object.entries(connects))("%s", (_library, connect) => {
    it.each(Object.entries(kinds))(
      "%s: those here get everything, those elsewhere again when it is back",
      async (_, make) => {
        const near = await start(connect, make);
        const far = await start(connect, make);
        const here = await near.namespace.connected("n1", "r1");
        const there = await far.namespace.connected("f1", "r1");
        const errors = collect(near.adapter, "error");
        near.adapter.broadcast(event("before"), to(["r1"]));
        expect(await there.nextEvent()).toBe("before");

        await redis.kill();
        near.adapter.broadcast(event("while it is away"), to(["r1"]));
        expect(here.received.drain().map(({ data }) => data)).toEqual([["before"], ["while it is away"]]);
        expect((await errors.next()).args[0]).toMatchObject({
          code: expect.stringMatching(/^ERR_(ENGINE|PUBLISH_FAILED)$/),
        });

        await redis.restart();
        // Until the other is subscribed again, what is sent does not arrive; after that everything does.
        const count = async () => near.adapter.serverCount().catch(() => 0);
        await expect.poll(count, { timeout: 10_000 }).toBe(2);
        await expect
          .poll(
            () => {
              near.adapter.broadcast(event("again"), to(["r1"]));
              return there.received.drain().some(({ data }) => (data as string[])[0] === "again");
            },
            { timeout: 10_000 },
          )
          .toBe(true);
        there.received.drain();
        const numbers = Array.from({ length: 500 }, (_, i) => i);
        for (const i of numbers) near.adapter.broadcast(event("number", i), to(["r1"]));
        const received: unknown[] = [];
        while (received.length < 500) {
          const { data } = await there.received.next();
          if ((data as unknown[])[0] === "number") received.push((data as unknown[])[1]);
        }
        expect(received).toEqual(numbers);
        expect(await near.adapter.fetchSockets(to(["r1"]))).toHaveLength(2);
      },
    );
  });

  it("garbage on the channels is counted, reported once and dropped", async () => {
    const { namespace, adapter } = await start(connects.redis, createAdapter);
    const socket = namespace.connect("s1");
    const errors = collect(adapter, "error");
    const client = await connects.redis();
    const garbage = ["", "{", "null", "[]", "42", Buffer.from([0x93, 0xa1]), Buffer.from([0xc1, 0xff])];
    for (const channel of ["socket.io#/chat#", "socket.io-request#/chat#", "socket.io-response#/chat#"]) {
      for (const payload of garbage) await client.publish(channel, payload);
    }
    await client.publish("socket.io-request#/chat#", '{"type":42,"uid":"x"}');
    await client.publish("socket.io#/chat#none#", "not even decoded");
    const other = await start(connects.redis, createAdapter);
    other.adapter.broadcast(event("x"), to());
    expect(await socket.nextEvent()).toBe("x");
    expect(errors.drain().map(({ args }) => (args[0] as { code: string }).code)).toEqual([
      "ERR_INVALID_MESSAGE",
    ]);
    expect(adapter.stats.invalidMessages).toBeGreaterThan(10);
  });

  it("options that make no sense are refused", async () => {
    const [pub, sub] = [await connects.redis(), await connects.redis()];
    const namespace = new FakeNamespace() as never;
    const refused = expect.objectContaining({ code: "ERR_INVALID_OPTION" });
    expect(() => createAdapter(pub, sub, { requestsTimeout: -1 })(namespace)).toThrow(refused);
    expect(() => createAdapter(pub, sub, { parser: {} as never })(namespace)).toThrow(refused);
    expect(() => createShardedAdapter(pub, sub, { subscriptionMode: "none" as never })(namespace)).toThrow(
      refused,
    );
  });
});
