import { openTcp, openWebSocket, waitFor } from "testkit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ClientHeartbeat } from "../../src/core/client-heartbeat.js";
import { DeadlineQueue } from "../../src/core/deadline-queue.js";
import { PATH, type ServerSocket, startEngine } from "../support.js";
import { openLegacy } from "./support.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function create() {
  const seen: string[] = [];
  const answers: (() => void)[] = [];
  const heartbeat = new ClientHeartbeat(new DeadlineQueue(100), {
    pong(answered) {
      seen.push("pong");
      answers.push(answered);
    },
    pingTimedOut: () => seen.push("timeout"),
  });
  return { heartbeat, seen, answers };
}

test("a client that does not ping is given up", () => {
  const { seen } = create();
  vi.advanceTimersByTime(90);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(20);
  expect(seen).toEqual(["timeout"]);
});

test("a ping starts the wait over, and is answered; other traffic does not", () => {
  const { heartbeat, seen } = create();
  vi.advanceTimersByTime(90);
  expect(heartbeat.beat("ping")).toBe(true);
  vi.advanceTimersByTime(90);
  heartbeat.traffic();
  expect(seen).toEqual(["pong"]);
  vi.advanceTimersByTime(20);
  expect(seen).toEqual(["pong", "timeout"]);
});

test("a pong is not the client's to send", () => {
  const { heartbeat, seen } = create();
  expect(heartbeat.beat("pong")).toBe(false);
  expect(seen).toEqual([]);
});

test("a flood of pings is answered once, until that answer was taken", () => {
  const { heartbeat, seen, answers } = create();
  for (let i = 0; i < 1000; i++) heartbeat.beat("ping");
  expect(seen).toEqual(["pong"]);
  answers[0]?.();
  heartbeat.beat("ping");
  expect(seen).toEqual(["pong", "pong"]);
});

test("once stopped, nothing comes of it", () => {
  const { heartbeat, seen } = create();
  heartbeat.stop();
  vi.advanceTimersByTime(1000);
  expect(seen).toEqual([]);
});

test("a silent client is disconnected after pingInterval and pingTimeout", async () => {
  vi.useRealTimers();
  const { engine, url } = await startEngine({ allowEIO3: true, pingInterval: 60, pingTimeout: 40 });
  const started = performance.now();
  const wire = await openWebSocket(url, { path: PATH, query: { EIO: "3" } });
  const { sid } = JSON.parse((await wire.text()).slice(1)) as { sid: string };
  const [reason] = await waitFor(engine.clients[sid] as ServerSocket, "close");
  expect(reason).toBe("ping timeout");
  expect(performance.now() - started).toBeGreaterThan(90);
  await wire.closed();
  expect(wire.messages.all).toHaveLength(1);
});

test("a flood of pings in one request leaves one answer", async () => {
  vi.useRealTimers();
  const { url } = await startEngine({ allowEIO3: true });
  const session = await openLegacy(url);
  expect((await session.post("1:2".repeat(100_000))).text).toBe("ok");
  expect((await session.poll()).text).toBe("1:3");
  // The others are not harmed by a client that goes away.
  const tcp = await openTcp(url);
  tcp.write(`GET ${session.target} HTTP/1.1\r\nhost: x\r\n\r\n`);
  tcp.destroy();
  await openLegacy(url);
});
