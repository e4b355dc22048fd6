import { collect } from "testkit";
import { FakeNamespace } from "testkit/adapters";
import { expect, it } from "vitest";
import { type AdapterNamespace, MessageType } from "../../src/index.js";
import { addNode, Bus, BusAdapter, HeartbeatBusAdapter } from "./bus.js";

it("what is no message is counted, reported once and dropped", async () => {
  const { namespace, adapter } = addNode(new Bus(), HeartbeatBusAdapter);
  const errors = collect(adapter, "error");
  const socket = namespace.connect("s1");
  const from = { uid: "0123456789abcdef", nsp: "/chat" };
  const opts = { rooms: [], except: [], flags: {} };
  const invalid: unknown[] = [
    undefined,
    null,
    "text",
    42,
    [],
    {},
    { ...from },
    { ...from, type: "3" },
    { ...from, uid: "", type: 2 },
    { uid: from.uid, type: 2 },
    { ...from, type: MessageType.BROADCAST },
    { ...from, type: MessageType.BROADCAST, data: null },
    { ...from, type: MessageType.BROADCAST, data: { opts } },
    { ...from, type: MessageType.BROADCAST, data: { opts, packet: {} } },
    { ...from, type: MessageType.BROADCAST, data: { opts: {}, packet: { type: 2, data: ["x"] } } },
    {
      ...from,
      type: MessageType.BROADCAST,
      data: { opts: { rooms: "s1" }, packet: { type: 2, data: ["x"] } },
    },
    { ...from, type: MessageType.SOCKETS_JOIN, data: { opts } },
    { ...from, type: MessageType.SOCKETS_LEAVE, data: { opts, rooms: "r1" } },
    { ...from, type: MessageType.DISCONNECT_SOCKETS, data: {} },
    { ...from, type: MessageType.FETCH_SOCKETS, data: { opts } },
    { ...from, type: MessageType.FETCH_SOCKETS_RESPONSE, data: { requestId: "x" } },
    { ...from, type: MessageType.SERVER_SIDE_EMIT, data: { packet: "hello" } },
    { ...from, type: MessageType.SERVER_SIDE_EMIT_RESPONSE, data: {} },
    { ...from, type: MessageType.BROADCAST_CLIENT_COUNT, data: { requestId: "x", clientCount: "1" } },
    { ...from, type: MessageType.BROADCAST_ACK, data: { requestId: 1 } },
  ];
  for (const message of invalid) adapter.receive(message as never);
  expect(adapter.stats.invalidMessages).toBe(invalid.length);
  expect(errors.drain().map(({ args }) => (args[0] as { code: string }).code)).toEqual([
    "ERR_INVALID_MESSAGE",
  ]);
  expect([socket.received.size, namespace.heard.size, namespace.changes.size]).toEqual([0, 0, 0]);
  expect(await adapter.serverCount()).toBe(1);
});

it("types of a later version, other namespaces, own messages and answers nobody waits for are ignored", async () => {
  const { namespace, adapter } = addNode(new Bus(), BusAdapter);
  const socket = namespace.connect("s1");
  const data = { opts: { rooms: [], except: [], flags: {} }, packet: { type: 2, data: ["x"] } };
  const { id } = adapter;
  const messages: unknown[] = [
    { uid: "other", nsp: "/chat", type: 99, data: {} },
    { uid: "other", nsp: "/", type: MessageType.BROADCAST, data },
    { uid: id, nsp: "/chat", type: MessageType.BROADCAST, data },
    {
      uid: "other",
      nsp: "/chat",
      type: MessageType.FETCH_SOCKETS_RESPONSE,
      data: { requestId: "x", sockets: [] },
    },
    { uid: "other", nsp: "/chat", type: MessageType.BROADCAST_ACK, data: { requestId: "x", packet: 1 } },
  ];
  for (const message of messages) adapter.receive(message as never);
  expect(socket.received.size).toBe(0);
  expect(adapter.stats.invalidMessages).toBe(0);
});

it("what a process without sockets emits is delivered, and it does not count as a server", async () => {
  const { namespace, adapter } = addNode(new Bus(), HeartbeatBusAdapter);
  const socket = namespace.connect("s1");
  adapter.receive({
    uid: "emitter",
    nsp: "/chat",
    type: MessageType.BROADCAST,
    data: { opts: { rooms: [], except: [], flags: {} }, packet: { type: 2, data: ["x"] } },
  });
  expect(socket.received.size).toBe(1);
  expect(await adapter.serverCount()).toBe(1);
});

it.each([
  [{ heartbeatInterval: 0 }, '"heartbeatInterval" must be a number above 0'],
  [{ heartbeatTimeout: Number.NaN }, '"heartbeatTimeout" must be a number above 0'],
  [
    { heartbeatInterval: 5000, heartbeatTimeout: 5000 },
    '"heartbeatTimeout" must be more than "heartbeatInterval", or every server seems dead',
  ],
])("the options %j are refused", (options, message) => {
  const namespace = new FakeNamespace() as unknown as AdapterNamespace;
  expect(() => new HeartbeatBusAdapter(namespace, new Bus(), options)).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_OPTION", message }),
  );
});
