import * as published from "published-socket.io-adapter";
import { type AnyAdapter, adapterSuite, event, FakeNamespace, recoverySuite, to } from "testkit/adapters";
import { describe, expect, it, vi } from "vitest";
import { Adapter, type BroadcastPacket, SessionAwareAdapter } from "../src/index.js";

// The suites describe the published adapters, and ours.
adapterSuite("Adapter", (namespace) => new Adapter(namespace));
adapterSuite("SessionAwareAdapter", (namespace) => new SessionAwareAdapter(namespace));
recoverySuite("SessionAwareAdapter", (namespace) => new SessionAwareAdapter(namespace));
const old = (adapter: unknown) => adapter as AnyAdapter;
adapterSuite("the published Adapter", (namespace) => old(new published.Adapter(namespace)));
adapterSuite("the published SessionAwareAdapter", (namespace) =>
  old(new published.SessionAwareAdapter(namespace)),
);
recoverySuite("the published SessionAwareAdapter", (namespace) =>
  old(new published.SessionAwareAdapter(namespace)),
);

describe("against the published Adapter", () => {
  const choose = (random: () => number, items: readonly string[]) =>
    items[Math.floor(random() * items.length)] as string;
  const ROOMS = ["r1", "r2", "r3", "s1", "s2"];
  const IDS = ["s1", "s2", "s3", "s4"];

  /** Does a hundred random things with an adapter, the same for the same seed, and writes down what happens. */
  function run(create: (namespace: FakeNamespace) => AnyAdapter, seed: number): unknown[] {
    let state = seed;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const some = () => ROOMS.filter(() => random() < 0.3);
    const namespace = new FakeNamespace();
    const adapter = create(namespace);
    namespace.adapter = adapter;
    const { trace } = namespace;
    for (const name of ["create-room", "join-room", "leave-room", "delete-room"]) {
      adapter.on(name, (room: string, id?: string) => trace.push(`${name} ${room} ${id}`));
    }
    const actions: (() => unknown)[] = [
      () => namespace.connect(choose(random, IDS), ...some()),
      () => adapter.del(choose(random, IDS), choose(random, ROOMS)),
      () => adapter.delAll(choose(random, IDS)),
      () => adapter.broadcast(event("x"), to(some(), some(), { volatile: random() < 0.5 })),
      () =>
        adapter.broadcastWithAck(
          event("y"),
          to(some(), some()),
          (count) => trace.push(`count ${count}`),
          () => {},
        ),
      () => adapter.addSockets(to(some(), some()), some()),
      () => adapter.delSockets(to(some(), some()), some()),
      () => adapter.disconnectSockets(to(some(), [...some(), "s3", "s4"]), random() < 0.5),
    ];
    const states: unknown[] = [];
    for (let i = 0; i < 100; i++) {
      actions[Math.floor(random() * actions.length)]?.();
      states.push([...adapter.rooms].map(([room, ids]) => [room, ...ids]));
      states.push([...adapter.sids].map(([id, rooms]) => [id, ...rooms]));
    }
    return [trace, states, [...namespace.sockets].map(([id, { acks }]) => [id, ...acks.keys()])];
  }

  it("does the same in the same order, whatever happens", () => {
    for (let seed = 1; seed <= 200; seed++) {
      expect(
        run((namespace) => new Adapter(namespace), seed),
        `seed ${seed}`,
      ).toEqual(run((namespace) => old(new published.Adapter(namespace)), seed));
    }
  });
});

describe("Adapter", () => {
  function setUp() {
    const namespace = new FakeNamespace();
    const adapter = new Adapter(namespace);
    namespace.adapter = adapter;
    return { namespace, adapter };
  }

  it("encodes nothing for no one", () => {
    const { namespace, adapter } = setUp();
    namespace.connect("s1", "r1");
    void adapter.broadcast(event("x"), to(["none"]));
    void adapter.broadcast(event("x"), to(["r1"], ["s1"]));
    adapter.broadcastWithAck(
      event("x"),
      to(["none"]),
      () => {},
      () => {},
    );
    expect(namespace.encoded).toEqual([]);
  });

  it("takes the encoder of the server", () => {
    const { namespace, adapter } = setUp();
    namespace.connect("s1");
    void adapter.broadcast(event("x"), to());
    expect(namespace.sockets.get("s1")?.written[0]).toEqual([
      ['{"type":2,"data":["x"],"nsp":"/chat"}'],
      { preEncoded: true, volatile: undefined, compress: undefined },
    ]);
  });

  it("can be extended", () => {
    const broadcasts: BroadcastPacket[] = [];
    class Extended extends Adapter {
      override broadcast(packet: BroadcastPacket, opts: Parameters<Adapter["broadcast"]>[1]) {
        broadcasts.push(packet);
        return super.broadcast(packet, opts);
      }
    }
    const namespace = new FakeNamespace();
    const adapter = new Extended(namespace);
    namespace.adapter = adapter;
    const socket = namespace.connect("s1");
    const packet = event("x");
    void adapter.broadcast(packet, to());
    expect(broadcasts).toEqual([packet]);
    expect(socket.written).toHaveLength(1);
    // An adapter tells of its own matters too.
    const errors: unknown[] = [];
    adapter.on("error", (error) => errors.push(error));
    adapter.emit("error", "trouble");
    expect(errors).toEqual(["trouble"]);
  });

  it("warns that there are no other servers to emit to", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { adapter } = setUp();
    void adapter.serverSideEmit(["event"]);
    expect(warn.mock.calls).toEqual([["this adapter does not support the serverSideEmit() functionality"]]);
    warn.mockRestore();
  });

  it("keeps no sessions", async () => {
    const { adapter } = setUp();
    adapter.persistSession({ sid: "s1", pid: "p1", rooms: [], data: {} });
    expect(await adapter.restoreSession("p1", "offset")).toBeNull();
  });
});

describe("SessionAwareAdapter", () => {
  function setUp(maxDisconnectionDuration?: number) {
    const namespace = new FakeNamespace();
    if (maxDisconnectionDuration) {
      namespace.server.opts.connectionStateRecovery!.maxDisconnectionDuration = maxDisconnectionDuration;
    }
    const adapter = new SessionAwareAdapter(namespace);
    namespace.adapter = adapter;
    const emit = (name: string) => {
      const packet = event(name);
      void adapter.broadcast(packet, to());
      return (packet.data as string[])[1] as string;
    };
    const persist = () => adapter.persistSession({ sid: "s1", pid: "p1", rooms: ["s1"], data: {} });
    return { adapter, emit, persist };
  }

  it("gives a session out once, and lets no offset be tried", async () => {
    const { adapter, emit, persist } = setUp();
    const offset = emit("a");
    persist();
    expect(await adapter.restoreSession("p1", offset)).toMatchObject({ sid: "s1" });
    expect(await adapter.restoreSession("p1", offset)).toBeNull();
    persist();
    expect(await adapter.restoreSession("p1", "wrong")).toBeNull();
    expect(await adapter.restoreSession("p1", offset)).toBeNull();
  });

  it("does not take a flag that is false for volatile", () => {
    const { adapter } = setUp();
    const packet = event("a");
    void adapter.broadcast(packet, to([], [], { volatile: false }));
    expect(packet.data).toHaveLength(2);
  });

  it("recovers when the packet last received is older than the log, and no other", async () => {
    vi.useFakeTimers();
    const { adapter, emit, persist } = setUp();
    const first = emit("a");
    const second = emit("b");
    await vi.advanceTimersByTimeAsync(10_000);
    persist();
    expect(await adapter.restoreSession("p1", first)).toBeNull();
    persist();
    emit("c");
    expect((await adapter.restoreSession("p1", second))?.missedPackets.map(([name]) => name)).toEqual(["c"]);
    vi.useRealTimers();
  });

  it("runs a timer only while it keeps something, and none after close()", async () => {
    vi.useFakeTimers();
    const { adapter, emit, persist } = setUp();
    expect(vi.getTimerCount()).toBe(0);
    emit("a");
    persist();
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(vi.getTimerCount()).toBe(0);
    emit("b");
    adapter.close();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it("keeps for two minutes by default", async () => {
    vi.useFakeTimers();
    const namespace = new FakeNamespace();
    const server = { encoder: namespace.server.encoder };
    const adapter = new SessionAwareAdapter({ name: "/", sockets: new Map(), _ids: 0, server });
    const packet = event("a");
    void adapter.broadcast(packet, to());
    const offset = (packet.data as string[])[1] as string;
    const session = { sid: "s1", pid: "p1", rooms: ["s1"], data: {} };
    adapter.persistSession(session);
    vi.setSystemTime(Date.now() + 120_000);
    expect(await adapter.restoreSession("p1", offset)).toMatchObject(session);
    adapter.persistSession(session);
    vi.setSystemTime(Date.now() + 120_001);
    expect(await adapter.restoreSession("p1", offset)).toBeNull();
    adapter.close();
    vi.useRealTimers();
  });
});
