import { Emitter as PublishedEmitter } from "published-redis-emitter";
import { createClient } from "redis";
import * as base from "socket.io-adapter";
import { hasRedis, loadOver, type RedisServer, startRedis } from "testkit";
import { clusterAdapterSuite, FakeNamespace } from "testkit/adapters";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as ours from "../src/index.js";

type Client = Awaited<ReturnType<ReturnType<typeof createClient>["connect"]>>;
type Published = Pick<typeof import("published-redis-adapter"), "createAdapter" | "createShardedAdapter">;
type Create = (pub: object, sub: object) => (namespace: never) => unknown;

describe.skipIf(!hasRedis())("beside the published packages", () => {
  let redis: RedisServer;
  let clients: Client[];
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  const connect = async () => {
    const client = (await createClient({ url: redis.url }).connect()) as Client;
    clients.push(client);
    return client;
  };
  const disconnect = async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  };
  const published = loadOver<Record<keyof Published, Create>>(
    import.meta.url,
    "published-redis-adapter",
    base,
  );
  // Not told apart by name: the published one does not say when a room's channel is subscribed to.
  const staticOptions = { subscriptionMode: "static" } as const;
  const kinds: Record<string, [ours: Create, published: Create]> = {
    classic: [ours.createAdapter, published.createAdapter],
    "sharded, static": [
      (pub, sub) => ours.createShardedAdapter(pub, sub, staticOptions),
      (pub, sub) =>
        (published.createShardedAdapter as unknown as typeof ours.createShardedAdapter)(
          pub,
          sub,
          staticOptions,
        ),
    ],
  };

  for (const [name, makers] of Object.entries(kinds)) {
    clusterAdapterSuite(`${name}: ours, published, ours`, () => {
      let count = 0;
      clients = [];
      return {
        async create(namespace) {
          const make = makers[count++ % 2] as Create;
          return make(await connect(), await connect())(namespace as never) as never;
        },
        close: disconnect,
      };
    });
  }

  describe("an emitter", () => {
    let namespace: FakeNamespace;
    beforeEach(() => {
      clients = [];
      namespace = new FakeNamespace();
    });
    afterEach(async () => {
      await namespace.adapter.close();
      await disconnect();
    });

    const serve = async (make: Create) => {
      namespace.adapter = make(await connect(), await connect())(namespace as never) as never;
      await namespace.adapter.init();
      await expect.poll(() => namespace.adapter.serverCount(), { timeout: 10_000 }).toBe(1);
      return [await namespace.connected("s1", "r1"), await namespace.connected("s2", "r1", "r2")] as const;
    };

    const cases: [string, Create, (client: Client) => { of(nsp: string): unknown }][] = [
      ["ours to our server", ours.createAdapter, (client) => new ours.Emitter(client)],
      ["ours to a published server", published.createAdapter, (client) => new ours.Emitter(client)],
      ["the published one to our server", ours.createAdapter, (client) => new PublishedEmitter(client)],
      [
        "ours to our server, sharded",
        ours.createShardedAdapter,
        (client) => new ours.Emitter(client, { sharded: "dynamic" }),
      ],
    ];
    it.each(cases)("%s", async (_, make, create) => {
      const [s1, s2] = await serve(make);
      const emitter = create(await connect()).of("/chat") as ours.Emitter;
      emitter
        .to("r1")
        .except("r2")
        .emit("a", "wörld", Buffer.from([1, 2]));
      emitter.to(["r1", "r2"]).emit("b");
      emitter.emit("c");
      const got = await s1.received.take(3);
      expect(got.map(({ data }) => (data as unknown[])[0]).sort()).toEqual(["a", "b", "c"]);
      const found = got.find(({ data }) => (data as unknown[])[0] === "a");
      const [, text, bytes] = (found as { data: unknown }).data as unknown[];
      expect([text, Buffer.from(bytes as Uint8Array)]).toEqual(["wörld", Buffer.from([1, 2])]);
      expect((await s2.received.take(2)).map(({ data }) => (data as unknown[])[0]).sort()).toEqual([
        "b",
        "c",
      ]);

      emitter.in("s1").socketsJoin("r3");
      expect(await namespace.changes.next()).toBe("join s1 r3");
      emitter.in("r3").socketsLeave("r3");
      expect(await namespace.changes.next()).toBe("leave s1 r3");
      emitter.serverSideEmit("hello", 1);
      expect(await namespace.heard.next()).toEqual(["hello", 1]);
      emitter.in("s2").disconnectSockets(true);
      expect(await namespace.changes.next()).toBe("disconnect s2 true");
    });
  });

  it("rooms of all servers, asked either way", async () => {
    clients = [];
    const nodes: FakeNamespace[] = [];
    for (const make of [ours.createAdapter, published.createAdapter] as Create[]) {
      const namespace = new FakeNamespace();
      namespace.adapter = make(await connect(), await connect())(namespace as never) as never;
      await namespace.adapter.init();
      nodes.push(namespace);
    }
    const [near, far] = nodes as [FakeNamespace, FakeNamespace];
    await expect.poll(() => near.adapter.serverCount(), { timeout: 10_000 }).toBe(2);
    near.connect("s1", "r1");
    far.connect("s2", "r2");
    for (const { adapter } of nodes) {
      const rooms = await (adapter as unknown as ours.RedisAdapter).allRooms();
      expect([...rooms].sort()).toEqual(["r1", "r2", "s1", "s2"]);
    }
    for (const { adapter } of nodes) await adapter.close();
    await disconnect();
  });
});
