import { event, FakeNamespace } from "testkit/adapters";
import { expect, it, vi } from "vitest";
import { type AdapterNamespace, ClusterEmitter, type ClusterMessage } from "../../src/index.js";
import { addNode, Bus, BusAdapter } from "./bus.js";

function setUp() {
  const { namespace, adapter } = addNode(new Bus(), BusAdapter);
  const other = new BusAdapter(new FakeNamespace("/") as unknown as AdapterNamespace, new Bus());
  const onError = vi.fn();
  const publish = (message: ClusterMessage) => {
    adapter.receive(structuredClone(message));
    other.receive(structuredClone(message));
  };
  return { namespace, adapter, onError, emitter: new ClusterEmitter({ publish, onError }).of("chat") };
}

it("says to whom, and each step leaves the one before as it was", () => {
  const { namespace, emitter } = setUp();
  const [s1, s2, s3] = [
    namespace.connect("s1", "r1"),
    namespace.connect("s2", "r1", "r2"),
    namespace.connect("s3"),
  ];
  const inRoom = emitter.to("r1");
  inRoom.except(["r2"]).emit("a");
  inRoom.to("s3").emit("b");
  inRoom.volatile.compress(false).emit("c", 1, "x");
  emitter.emit("d");
  const names = [s1, s2, s3].map(({ received }) => received.all.map(({ data }) => (data as string[])[0]));
  expect(names).toEqual([
    ["a", "b", "c", "d"],
    ["b", "c", "d"],
    ["b", "d"],
  ]);
  expect(s1.received.all[2]).toEqual({ ...event("c", 1, "x"), nsp: "/chat" });
  expect(s1.written[2]?.[1]).toMatchObject({ volatile: true, compress: false });
});

it("acts on sockets and servers", async () => {
  const { namespace, emitter } = setUp();
  namespace.connect("s1");
  emitter.in("s1").socketsJoin(["r1", "r2"]);
  emitter.in("r2").socketsLeave("r1");
  emitter.in("r2").disconnectSockets(true);
  expect(namespace.changes.drain()).toEqual(["join s1 r1,r2", "leave s1 r1", "disconnect s1 true"]);
  emitter.serverSideEmit("hello", 1);
  expect(await namespace.heard.next()).toEqual(["hello", 1]);
});

it("refuses what it cannot do", () => {
  const { emitter } = setUp();
  expect(() => emitter.emit("connect")).toThrow(expect.objectContaining({ code: "ERR_RESERVED_EVENT" }));
  for (const call of ["emit", "serverSideEmit"] as const) {
    expect(() => emitter[call]("hello", () => {})).toThrow(expect.objectContaining({ code: "ERR_NO_ACKS" }));
  }
});

it("tells of what could not be sent", async () => {
  const onError = vi.fn();
  const failing = [
    () => Promise.reject(new Error("later")),
    () => {
      throw new Error("at once");
    },
  ];
  for (const publish of failing) new ClusterEmitter({ publish, onError }).emit("hello");
  await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(2), { timeout: 10_000 });
});
