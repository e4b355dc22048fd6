import { Socket as Client } from "published-engine.io-client";
import { collect, type DirectionFaults, openWebSocket, startFaultProxy, waitFor } from "testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { comparable, PATH, startEngine, turns } from "../support.js";

async function candidate(url: string, sid: string) {
  return openWebSocket(url, { path: PATH, query: { sid } });
}

test("probe, confirmation, and the events of it", async () => {
  const { url, poll } = await startEngine();
  const { wire, socket } = await poll();
  const events = collect(socket, "upgrading", "upgrade", "message", "close");
  const websocket = await candidate(url, wire.handshake.sid);
  websocket.send("2probe");
  expect(await websocket.text()).toBe("3probe");
  expect((await events.next()).event).toBe("upgrading");
  expect([socket.upgrading, socket.upgraded, socket.transport.name]).toEqual([true, false, "polling"]);
  // The client waits for its poll to end before it confirms.
  expect(await wire.poll()).toEqual(["6"]);
  websocket.send("5");
  const { event, args } = await events.next();
  expect([event, args[0]]).toEqual(["upgrade", socket.transport]);
  expect([socket.upgrading, socket.upgraded, socket.transport.name]).toEqual([false, true, "websocket"]);
  socket.send("down");
  expect(await websocket.text()).toBe("4down");
  websocket.send("4up");
  expect(await events.next()).toEqual({ event: "message", args: ["up"] });
  websocket.close();
  expect((await events.next()).args[0]).toBe("transport close");
});

test("after it the old transport is refused", async () => {
  const { url, engine, poll } = await startEngine();
  const { wire, socket } = await poll();
  const websocket = await candidate(url, wire.handshake.sid);
  const upgraded = waitFor(socket, "upgrade");
  websocket.send("2probe");
  websocket.send("5");
  await upgraded;
  const error = waitFor<[{ context: object }]>(engine, "connection_error");
  expect((await wire.request()).text).toBe('{"code":3,"message":"Bad request"}');
  expect((await error)[0].context).toEqual({
    name: "TRANSPORT_MISMATCH",
    transport: "polling",
    previousTransport: "websocket",
  });
});

test("a poll that waits when the client confirms is answered with a packet that means nothing", async () => {
  const { url, http, poll } = await startEngine();
  const { wire, socket } = await poll();
  const websocket = await candidate(url, wire.handshake.sid);
  const upgraded = waitFor(socket, "upgrade");
  websocket.send("2probe");
  await websocket.text();
  const arrived = waitFor(http, "request");
  const waiting = wire.poll();
  await arrived;
  websocket.send("5");
  await upgraded;
  expect(await waiting).toEqual(["6"]);
});

test("what is written between probe and confirmation goes over the waiting poll, then over the WebSocket", async () => {
  const { url, poll } = await startEngine();
  const { wire, socket } = await poll();
  const websocket = await candidate(url, wire.handshake.sid);
  websocket.send("2probe");
  await websocket.text();
  socket.send("1");
  expect(await wire.poll()).toEqual(["41"]);
  socket.send("2");
  socket.send("3");
  websocket.send("5");
  expect(await websocket.messages.take(2)).toEqual(["42", "43"]);
});

test.each([
  ["something else than a probe", ["4x"]],
  ["something else than a confirmation", ["2probe", "4x"]],
  ["garbage", ["abc"]],
  ["a ping that is no probe", ["2"]],
])("%s ends the attempt, not the session", async (_, messages) => {
  const { url, poll } = await startEngine();
  const { wire, socket } = await poll();
  const websocket = await candidate(url, wire.handshake.sid);
  for (const message of messages) websocket.send(message);
  await websocket.closed();
  expect([socket.upgrading, socket.upgraded, socket.readyState]).toEqual([false, false, "open"]);
  await wire.post("4a");
  // And another attempt may follow.
  const second = await candidate(url, wire.handshake.sid);
  second.send("2probe");
  expect(await second.text()).toBe("3probe");
});

test("a candidate that closes ends the attempt", async () => {
  const { url, poll } = await startEngine();
  const { wire, socket } = await poll();
  const websocket = await candidate(url, wire.handshake.sid);
  websocket.send("2probe");
  await websocket.text();
  websocket.socket.terminate();
  while (socket.upgrading) await turns(1);
  expect(socket.readyState).toBe("open");
  socket.send("a");
  expect(await wire.poll()).toEqual(["4a"]);
});

test("an attempt has upgradeTimeout milliseconds", async () => {
  const { url, poll } = await startEngine({ upgradeTimeout: 50 });
  const { wire, socket } = await poll();
  const websocket = await candidate(url, wire.handshake.sid);
  websocket.send("2probe");
  await websocket.text();
  await websocket.closed();
  expect([socket.upgrading, socket.readyState]).toEqual([false, "open"]);
});

test("a second candidate is closed, before and after the first has won", async () => {
  const { url, poll } = await startEngine();
  const { wire, socket } = await poll();
  const first = await candidate(url, wire.handshake.sid);
  first.send("2probe");
  await first.text();
  await (await candidate(url, wire.handshake.sid)).closed();
  const upgraded = waitFor(socket, "upgrade");
  first.send("5");
  await upgraded;
  await (await candidate(url, wire.handshake.sid)).closed();
  first.send("4a");
  expect(await waitFor(socket, "message")).toEqual(["a"]);
});

test("the end of the session ends the attempt", async () => {
  const { url, poll } = await startEngine();
  const { wire } = await poll();
  const websocket = await candidate(url, wire.handshake.sid);
  websocket.send("2probe");
  await websocket.text();
  await wire.post("1");
  await websocket.closed();
});

test("close() in the middle of an upgrade", async () => {
  const { url, poll } = await startEngine();
  const { wire, socket } = await poll();
  const closed = waitFor<[string]>(socket, "close");
  const websocket = await candidate(url, wire.handshake.sid);
  websocket.send("2probe");
  await websocket.text();
  socket.send("last");
  socket.close();
  expect(socket.readyState).toBe("closing");
  websocket.send("5");
  expect(await websocket.text()).toBe("4last");
  await websocket.closed();
  expect((await closed)[0]).toBe("forced close");
});

test("allowUpgrades: false offers and allows none", async () => {
  const { url, poll } = await startEngine({ allowUpgrades: false });
  const { wire, socket } = await poll();
  expect(wire.handshake.upgrades).toEqual([]);
  const websocket = await candidate(url, wire.handshake.sid);
  await websocket.closed();
  expect(socket.upgrading).toBe(false);
});

test("polls while the client is about to move are released, ever more slowly", async () => {
  const { url, poll } = await startEngine();
  const { wire } = await poll();
  const websocket = await candidate(url, wire.handshake.sid);
  websocket.send("2probe");
  await websocket.text();
  const start = performance.now();
  for (let i = 0; i < 6; i++) expect(await wire.poll()).toEqual(["6"]);
  // 5 + 10 + 20 + 40 + 80 + 100
  expect(performance.now() - start).toBeGreaterThan(200);
});

describe("with the published client", () => {
  test("numbered messages both ways, all the time: nothing lost, doubled or out of order", async () => {
    const { connected, client: connect } = await startEngine();
    const connection = connected();
    const client = connect();
    const socket = await connection;
    const down: number[] = [];
    const up: number[] = [];
    client.on("message", (data) => down.push(Number(data)));
    socket.on("message", (data) => up.push(Number(data)));

    const total = 2000;
    const upgraded = waitFor(socket, "upgrade");
    let isUpgraded = false;
    upgraded.then(() => {
      isUpgraded = true;
    });
    for (let i = 0; i < total; i++) {
      socket.send(String(i));
      client.send(String(i));
      // A good part before the upgrade, a good part after.
      if (i % 10 === 0) await turns(1);
      if (i === total / 2 && !isUpgraded) await upgraded;
    }
    await upgraded;
    while (down.length < total || up.length < total) await turns(1);
    const expected = Array.from({ length: total }, (_, i) => i);
    expect(down).toEqual(expected);
    expect(up).toEqual(expected);
  });

  test.each<[string, DirectionFaults, DirectionFaults]>([
    ["slow", { delay: 15 }, { delay: 15 }],
    ["slow one way", { delay: 30 }, {}],
    ["slow the other way", {}, { delay: 30 }],
    ["in pieces of 7 bytes", { chunk: 7 }, { chunk: 7 }],
  ])("over a network that is %s", async (_, toServer, toClient) => {
    const { url, connected } = await startEngine();
    const proxy = await startFaultProxy({ target: url, toServer, toClient });
    onTestFinished(() => proxy.close());
    const connection = connected();
    const client = new Client(proxy.url);
    onTestFinished(() => {
      client.close();
    });
    const socket = await connection;
    await waitFor(client, "open");
    const down: number[] = [];
    const up: number[] = [];
    client.on("message", (data) => down.push(Number(data)));
    socket.on("message", (data) => up.push(Number(data)));
    let sent = 0;
    const write = setInterval(() => {
      socket.send(String(sent));
      client.send(String(sent));
      sent++;
    }, 2);
    await waitFor(socket, "upgrade");
    await waitFor(socket, "message");
    clearInterval(write);
    while (down.length < sent || up.length < sent) await turns(1);
    const expected = Array.from({ length: sent }, (_, i) => i);
    expect(down).toEqual(expected);
    expect(up).toEqual(expected);
  });

  test("binary and text, large and small, across the upgrade", async () => {
    const { connected, client: connect } = await startEngine({ maxHttpBufferSize: 1e7 });
    const connection = connected();
    const client = connect();
    const socket = await connection;
    socket.on("message", (data) => socket.send(data));
    const sent: (string | Buffer)[] = [];
    const received: unknown[] = [];
    client.on("message", (data) => received.push(data));
    const upgraded = waitFor(client, "upgrade");
    await waitFor(client, "open");
    for (let i = 0; i < 300; i++) {
      const data = i % 2 ? "é".repeat(i * 10) + i : Buffer.alloc(i * 50 + 1, i);
      sent.push(data);
      client.send(data);
      if (i % 5 === 0) await turns(1);
    }
    await upgraded;
    while (received.length < sent.length) await turns(1);
    expect(comparable(received)).toEqual(comparable(sent));
  });
});
