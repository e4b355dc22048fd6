import { collect } from "testkit";
import { event, to } from "testkit/adapters";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AdapterNamespace } from "../../src/index.js";
import { MessageType } from "../../src/index.js";
import { addNode, Bus, BusAdapter, HeartbeatBusAdapter } from "./bus.js";

/** Lets all that is under way arrive. */
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("an engine that fails", () => {
  it.each<[string, () => Promise<void>]>([
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
    ["rejects", () => Promise.reject(new Error("down"))],
    ["never answers", () => new Promise(() => {})],
  ])("and %s does not keep the clients of this server from what is sent to them", async (how, onSend) => {
    const bus = new Bus();
    const { namespace, adapter } = addNode(bus, BusAdapter);
    addNode(bus, BusAdapter);
    const errors = collect(adapter, "error");
    const socket = namespace.connect("s1", "r1");
    bus.onSend = onSend;
    adapter.broadcast(event("a"), to(["r1"]));
    const counts: number[] = [];
    adapter.broadcastWithAck(
      event("b"),
      to(["r1"], [], { timeout: 10 }),
      (count) => counts.push(count),
      () => {},
    );
    adapter.addSockets(to(["s1"]), ["r2"]);
    adapter.delSockets(to(["s1"]), ["r2"]);
    void adapter.serverSideEmit(["hello"]);
    adapter.disconnectSockets(to(["s1"]), true);
    expect(namespace.changes.drain()).toEqual(["join s1 r2", "leave s1 r2", "disconnect s1 true"]);
    expect(socket.received.all.map(({ data }) => data)).toEqual([["a"], ["b"]]);
    expect(counts).toEqual([1]);
    await settle();
    const failures = how === "never answers" ? 0 : 6;
    expect(adapter.stats).toMatchObject({ publishFailures: failures });
    for (const { args } of await errors.take(failures)) {
      const [error] = args;
      expect(error).toMatchObject({ code: "ERR_PUBLISH_FAILED", cause: { message: "down" } });
    }
  });

  it("says so when an answer is lost", async () => {
    const bus = new Bus();
    const near = addNode(bus, BusAdapter);
    const far = addNode(bus, BusAdapter);
    const errors = collect(far.adapter, "error");
    bus.onSend = ({ type }) => {
      if (type === MessageType.FETCH_SOCKETS_RESPONSE) throw new Error("down");
    };
    const fetched = near.adapter.fetchSockets(to()).catch((error: unknown) => error);
    await settle();
    expect((await errors.next()).args[0]).toMatchObject({ code: "ERR_RESPONSE_FAILED" });
    await vi.advanceTimersByTimeAsync(5000);
    expect(await fetched).toMatchObject({ code: "ERR_CLUSTER_TIMEOUT" });
  });

  it("and does not know how many servers there are makes requests fail, with what is known", async () => {
    const bus = new Bus();
    const { namespace, adapter } = addNode(bus, BusAdapter);
    namespace.connect("s1");
    adapter.serverCount = () => Promise.reject(new Error("down"));
    await expect(adapter.fetchSockets(to())).rejects.toMatchObject({
      code: "ERR_CLUSTER_UNAVAILABLE",
      cause: { message: "down" },
      responses: [{ id: "s1" }],
    });
    const answer = vi.fn();
    await adapter.serverSideEmit(["?", answer]);
    expect(answer).toHaveBeenCalledWith(expect.objectContaining({ code: "ERR_CLUSTER_UNAVAILABLE" }), []);
  });
});

describe("an engine that is slow to tell offsets", () => {
  it("delays the packets of a second, and none after that, in order", async () => {
    const bus = new Bus();
    const { namespace, adapter } = addNode(bus, BusAdapter, { recovers: true });
    const errors = collect(adapter, "error");
    const socket = namespace.connect("s1");
    const resume: (() => void)[] = [];
    bus.onSend = () => new Promise((resolve) => resume.push(resolve));
    adapter.broadcast(event("a"), to());
    adapter.broadcast(event("b"), to([], [], { volatile: true }));
    await vi.advanceTimersByTimeAsync(999);
    expect(socket.received.size).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    adapter.broadcast(event("c"), to());
    expect(socket.received.drain().map(({ data }) => data)).toEqual([["a"], ["b"], ["c"]]);
    expect(errors.drain()[0]?.args[0]).toMatchObject({ code: "ERR_OFFSET_TIMEOUT" });

    for (const answer of resume) answer();
    bus.onSend = () => {};
    await settle();
    adapter.broadcast(event("d"), to());
    await settle();
    expect(socket.received.drain().map(({ data }) => data)).toEqual([["d", "offset-4"]]);
  });

  it("is not waited for when it gives none", async () => {
    const bus = new Bus();
    bus.givesOffsets = false;
    const { namespace, adapter } = addNode(bus, BusAdapter, { recovers: true });
    const socket = namespace.connect("s1");
    adapter.broadcast(event("a"), to());
    await settle();
    adapter.broadcast(event("b"), to());
    expect(socket.received.drain().map(({ data }) => data)).toEqual([["a"], ["b"]]);
  });

  it("does not keep back what waits when the adapter closes", () => {
    const bus = new Bus();
    const { namespace, adapter } = addNode(bus, BusAdapter, { recovers: true });
    const socket = namespace.connect("s1");
    adapter.broadcast(event("a"), to());
    void adapter.close();
    expect(socket.received.size).toBe(1);
  });

  it("reports a packet that cannot be encoded, and delivers the next", async () => {
    const bus = new Bus();
    const { namespace, adapter } = addNode(bus, BusAdapter, { recovers: true });
    const errors = collect(adapter, "error");
    const socket = namespace.connect("s1");
    const circular: unknown[] = [];
    circular.push(circular);
    adapter.broadcast(event("a", circular), to());
    adapter.broadcast(event("b"), to());
    await settle();
    expect(errors.drain()[0]?.args[0]).toMatchObject({ code: "ERR_DELIVERY_FAILED" });
    expect(socket.received.drain()[0]?.data).toEqual(["b", "offset-2"]);
  });
});

describe("a server that is dead", () => {
  const three = <T extends BusAdapter | HeartbeatBusAdapter>(
    Adapter: new (nsp: AdapterNamespace, bus: Bus) => T,
  ) => {
    const bus = new Bus();
    const nodes = [addNode(bus, Adapter), addNode(bus, Adapter), addNode(bus, Adapter)] as const;
    for (const [index, { namespace }] of nodes.entries()) namespace.connect(`s${index}`);
    return { bus, nodes };
  };

  describe.each([
    ["where servers are counted", BusAdapter],
    ["where servers are known", HeartbeatBusAdapter],
  ] as const)("%s", (_, Adapter) => {
    it("costs one timeout, until something comes from it", async () => {
      const { bus, nodes } = three<BusAdapter | HeartbeatBusAdapter>(Adapter as never);
      await settle();
      const [near, , dead] = nodes;
      bus.frozen.add(dead.adapter);
      const first = near.adapter.fetchSockets(to()).catch((error: unknown) => error);
      await vi.advanceTimersByTimeAsync(5000);
      expect(await first).toMatchObject({
        code: "ERR_CLUSTER_TIMEOUT",
        message: expect.stringMatching(
          /^timeout reached: (missing 1 responses|only 1 responses received out of 2)$/,
        ),
        responses: [{ id: "s0" }, { id: "s1" }],
      });

      const ids = async () =>
        ((await near.adapter.fetchSockets(to())) as { id: string }[]).map(({ id }) => id);
      expect(await ids()).toEqual(["s0", "s1"]);
      const answered = vi.fn();
      await near.adapter.serverSideEmit(["?", answered]);
      await settle();
      for (const args of nodes[1].namespace.heard.drain()) (args.at(-1) as (answer: string) => void)("yes");
      await settle();
      expect(answered).toHaveBeenCalledWith(null, ["yes"]);
      const counts: number[] = [];
      near.adapter.broadcastWithAck(event("?"), to(["none"]), (count) => counts.push(count), answered);
      await settle();
      expect(counts).toHaveLength(await near.adapter.serverCount());

      bus.frozen.clear();
      void dead.adapter.serverSideEmit(["hello"]);
      await settle();
      expect((await ids()).sort()).toEqual(["s0", "s1", "s2"]);
    });
  });

  it("is forgotten 10 seconds after its last message, and not awaited from then on", async () => {
    const { bus, nodes } = three(HeartbeatBusAdapter);
    const [near, , dead] = nodes;
    await settle();
    expect(await near.adapter.serverCount()).toBe(3);
    bus.members.delete(dead.adapter);
    bus.onSend = (message) =>
      message.uid === dead.adapter.id ? Promise.reject(new Error("dead")) : undefined;
    await vi.advanceTimersByTimeAsync(8000);
    expect(await near.adapter.serverCount()).toBe(3);
    const fetched = near.adapter.fetchSockets(to());
    await vi.advanceTimersByTimeAsync(3001);
    expect(await fetched).toHaveLength(2);
    expect(await near.adapter.serverCount()).toBe(2);
  });

  it("does not keep a broadcast from its acknowledgements", async () => {
    const { bus, nodes } = three(HeartbeatBusAdapter);
    const [near, far, dead] = nodes;
    const another = dead.namespace.connect("another");
    await settle();
    const [counts, answers]: [number[], unknown[]] = [[], []];
    near.adapter.broadcastWithAck(
      event("?"),
      to([], [], { timeout: 60_000 }),
      (count) => counts.push(count),
      (answer) => answers.push(answer),
    );
    await settle();
    near.namespace.sockets.get("s0")?.acks.get(0)?.("s0");
    far.namespace.sockets.get("s1")?.acks.get(0)?.("s1");
    another.acks.get(0)?.("another");
    await settle();
    expect([counts, answers]).toEqual([
      [1, 1],
      ["s0", "s1", "another"],
    ]);
    bus.members.delete(dead.adapter);
    bus.onSend = (message) =>
      message.uid === dead.adapter.id ? Promise.reject(new Error("dead")) : undefined;
    await vi.advanceTimersByTimeAsync(11_001);
    // One of its two clients has acknowledged, and the other will not.
    expect(counts).toEqual([1, 1, 1]);
    expect(near.adapter.stats.pending).toBe(0);
  });

  it("is not brought back by what was on its way when it closed", async () => {
    const { nodes } = three(HeartbeatBusAdapter);
    const [near, , dead] = nodes;
    await settle();
    void dead.adapter.close();
    await settle();
    expect(await near.adapter.serverCount()).toBe(2);
    const { id: uid } = dead.adapter;
    near.adapter.receive({ uid, nsp: "/chat", type: MessageType.HEARTBEAT });
    expect(await near.adapter.serverCount()).toBe(2);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await near.adapter.serverCount()).toBe(2);
  });
});

describe("acknowledgements", () => {
  it("that do not come are forgotten after the timeout, by the sockets of all servers", async () => {
    const bus = new Bus();
    const [near, far] = [addNode(bus, HeartbeatBusAdapter), addNode(bus, HeartbeatBusAdapter)];
    const socket = far.namespace.connect("s1");
    await settle();
    near.adapter.broadcastWithAck(event("?"), to([], [], { timeout: 100 }), no, no);
    await settle();
    expect([socket.acks.size, near.adapter.stats.pending]).toEqual([1, 1]);
    await vi.advanceTimersByTimeAsync(100);
    expect([socket.acks.size, near.adapter.stats.pending]).toEqual([0, 0]);
  });

  it("are awaited as long as it takes without a timeout", async () => {
    const bus = new Bus();
    const [near, far] = [addNode(bus, HeartbeatBusAdapter), addNode(bus, HeartbeatBusAdapter)];
    const socket = far.namespace.connect("s1");
    await settle();
    const answers: unknown[] = [];
    near.adapter.broadcastWithAck(event("?"), to(), no, (answer) => answers.push(answer));
    await vi.advanceTimersByTimeAsync(60_000);
    socket.acks.get(0)?.("late");
    await settle();
    expect(answers).toEqual(["late"]);
  });

  it("of a server that nobody counted are not heard, so that the sum stays right", async () => {
    const bus = new Bus();
    const [near, far] = [addNode(bus, HeartbeatBusAdapter), addNode(bus, HeartbeatBusAdapter)];
    await settle();
    const counts: number[] = [];
    near.adapter.broadcastWithAck(
      event("?"),
      to([], [], { timeout: 100 }),
      (count) => counts.push(count),
      no,
    );
    const late = addNode(bus, HeartbeatBusAdapter);
    late.namespace.connect("s1");
    await settle();
    expect(counts).toEqual([0, 0]);
    expect(await far.adapter.serverCount()).toBe(3);
  });
});

it("requests end when the adapter closes", async () => {
  const bus = new Bus();
  const [near, far] = [addNode(bus, HeartbeatBusAdapter), addNode(bus, HeartbeatBusAdapter)];
  await settle();
  bus.frozen.add(far.adapter);
  const fetched = near.adapter.fetchSockets(to()).catch((error: unknown) => error);
  await settle();
  void near.adapter.close();
  expect(await fetched).toMatchObject({ code: "ERR_ADAPTER_CLOSED", responses: [] });
});

const no = () => {};
