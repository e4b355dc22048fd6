import { waitFor } from "testkit";
import { expect, test, vi } from "vitest";
import { startEngine, turns } from "../support.js";

test("pings are sent every pingInterval as long as they are answered", async () => {
  const { ws } = await startEngine({ pingInterval: 20, pingTimeout: 1000 });
  const { wire, socket } = await ws();
  let heartbeats = 0;
  socket.on("heartbeat", () => heartbeats++);
  for (let i = 0; i < 4; i++) {
    expect(await wire.text()).toBe("2");
    wire.send("3");
  }
  await waitFor(socket, "heartbeat", { filter: () => heartbeats === 4 });
});

test("a ping that is not answered in pingTimeout closes", async () => {
  const { engine, ws } = await startEngine({ pingInterval: 20, pingTimeout: 30 });
  const { wire, socket } = await ws();
  expect(await waitFor(socket, "close")).toEqual(["ping timeout", undefined]);
  expect(wire.messages.all).toEqual([expect.stringMatching(/^0/), "2"]);
  expect(engine.clientsCount).toBe(0);
  await wire.closed();
});

test("a polling client that polls no more times out as well", async () => {
  const { poll } = await startEngine({ pingInterval: 20, pingTimeout: 30 });
  const { socket } = await poll();
  expect(await waitFor(socket, "close")).toEqual(["ping timeout", undefined]);
});

test("a body that never ends is closed with its session", async () => {
  const { poll } = await startEngine({ pingInterval: 20, pingTimeout: 30 });
  const { wire, socket } = await poll();
  const reply = wire.request({ method: "POST", headers: { "content-length": 100 }, body: "4a" });
  const refused = expect(reply).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(await waitFor(socket, "close")).toEqual(["ping timeout", undefined]);
  await refused;
});

test("another packet buys a client more time, once", async () => {
  const { ws } = await startEngine({ pingInterval: 30, pingTimeout: 400 });
  const { wire, socket } = await ws();
  expect(await wire.text()).toMatch("2");
  const asked = performance.now();
  const chatter = setInterval(() => wire.send("4x"), 100);
  const [reason] = await waitFor<[string]>(socket, "close");
  clearInterval(chatter);
  expect(reason).toBe("ping timeout");
  const lived = performance.now() - asked;
  expect(lived).toBeGreaterThan(480);
  expect(lived).toBeLessThan(800);
});

test("a flood of answers to no ping, and of empty messages, changes nothing", async () => {
  const { ws } = await startEngine({ pingInterval: 1000 });
  const { wire, socket } = await ws();
  let received = 0;
  socket.on("packet", () => received++);
  const timers = vi.spyOn(globalThis, "setTimeout");
  for (let i = 0; i < 5000; i++) {
    wire.send("3");
    wire.send("4");
  }
  while (received < 10_000) await turns(1);
  // A few for pings that came due meanwhile, none for the packets.
  expect(timers.mock.calls.length).toBeLessThan(20);
  timers.mockRestore();
  // It did not put off the next ping either.
  expect(await wire.text()).toBe("2");
});

test("the heartbeat continues over the new transport after an upgrade", async () => {
  const { connected, client: connect } = await startEngine({ pingInterval: 30, pingTimeout: 500 });
  const connection = connected();
  const client = connect();
  const socket = await connection;
  await waitFor(client, "upgrade");
  for (let i = 0; i < 3; i++) await waitFor(socket, "heartbeat");
  expect(socket.readyState).toBe("open");
});
