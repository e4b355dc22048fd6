import { event, FakeNamespace, to } from "testkit/adapters";
import { expect, test } from "vitest";
import { SessionAwareAdapter } from "../src/index.js";
import { PacketLog } from "../src/packet-log.js";
import { sizeOf } from "../src/size-of.js";

test("a log drops the oldest packets for those that would not fit", () => {
  const log = new PacketLog(10_000);
  const ids = Array.from({ length: 10 }, (_, i) => log.append([i, "x".repeat(2000)], to()));
  expect(log.size).toBe(4);
  const missed = (id: string | undefined) => log.since(id as string, [])?.map(([i]) => i);
  expect(missed(ids[4])).toBeUndefined();
  expect(missed(ids[5])).toEqual([6, 7, 8, 9]);
  expect(missed(ids[9])).toEqual([]);
});

test("a packet that alone does not fit is not kept, and who got it has missed nothing", () => {
  const log = new PacketLog(1000);
  log.append(["small"], to());
  const id = log.append(["x".repeat(2000)], to());
  expect(log.size).toBe(0);
  expect(log.since(id, [])).toEqual([]);
  expect(log.since(log.append(["small again"], to()), [])).toEqual([]);
  expect(log.since(id, [])).toEqual([["small again"]]);
});

test("a log without a limit keeps what is not too old", () => {
  const log = new PacketLog();
  for (let i = 0; i < 100; i++) log.append(["x".repeat(10_000)], to());
  expect(log.size).toBe(100);
  log.dropBefore(Date.now() + 1);
  expect(log.size).toBe(0);
  log.dropBefore(Date.now() + 1);
});

test("room is made again when packets expire", () => {
  const log = new PacketLog(5000);
  log.append(["x".repeat(4000)], to());
  log.dropBefore(Date.now() + 1);
  log.append(["x".repeat(4000)], to());
  expect(log.size).toBe(1);
});

test.each([
  ["text", ["x".repeat(1000)], 1000],
  ["keys", { ["x".repeat(1000)]: 1 }, 1000],
  ["a buffer", [Buffer.alloc(1000)], 1000],
  ["a view of a large buffer", [new Uint8Array(new ArrayBuffer(1000), 0, 10)], 10],
  ["an array buffer", [new ArrayBuffer(1000)], 1000],
  ["numbers", new Array(100).fill(1.5), 1600],
  ["nothing", [], 0],
])("the size of %s", (_name, data, atLeast) => {
  expect(sizeOf(data)).toBeGreaterThanOrEqual(atLeast);
  expect(sizeOf(data)).toBeLessThan(atLeast + 500);
});

test("the size of what refers to itself, and of what is deep", () => {
  const circle: unknown[] = ["x".repeat(1000)];
  circle.push(circle, circle);
  expect(sizeOf(circle)).toBeLessThan(1500);
  let deep: unknown[] = [];
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(sizeOf(deep)).toBeGreaterThan(100_000);
});

test("an adapter takes the limit from the options of the server", async () => {
  const recover = async (connectionStateRecovery: object) => {
    const namespace = new FakeNamespace();
    Object.assign(namespace.server, { opts: { connectionStateRecovery } });
    const adapter = new SessionAwareAdapter(namespace);
    namespace.adapter = adapter;
    const first = event("first");
    adapter.broadcast(first, to());
    const [, offset] = first.data as [string, string];
    adapter.persistSession({ sid: "s", pid: "p", rooms: [], data: {} });
    for (let i = 0; i < 10; i++) adapter.broadcast(event("x".repeat(1000)), to());
    const session = await adapter.restoreSession("p", offset);
    adapter.close();
    return session?.missedPackets.length;
  };
  expect(await recover({})).toBe(10);
  expect(await recover({ maxBytes: 5000 })).toBeUndefined();
  expect(await recover({ maxBytes: 50_000 })).toBe(10);
});
