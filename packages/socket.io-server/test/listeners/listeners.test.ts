import { collect, openPolling, openSocketIo, openWebSocket, waitFor } from "testkit";
import { afterEach, expect, test } from "vitest";
import type { Socket } from "../../src/index.js";
import { type Started, start, turn } from "../support/start.js";
import { collectUncaught } from "../support/uncaught.js";

let started: Started | undefined;
afterEach(() => started?.close());

test("a listener that throws surfaces, and stops neither the others nor the connection", async () => {
  started = await start();
  const { io, url } = started;
  const called: string[] = [];
  io.on("connection", (socket) => {
    socket.onAny(() => {
      throw new Error("catch-all");
    });
    socket.on("one", () => {
      throw new Error("alone");
    });
    socket.on("two", () => {
      throw new Error("first of two");
    });
    socket.once("two", () => called.push("second of two"));
    socket.on("ack", (callback) => callback(called));
  });
  io.on("connection", () => {
    throw new Error("connection");
  });
  io.on("connection", () => called.push("second connection listener"));
  await collectUncaught(async (uncaught) => {
    const client = await openSocketIo(url);
    for (const event of ["one", "two", "two"]) client.send(`2["${event}"]`);
    client.send('21["ack"]');
    expect(await client.packets.next()).toBe('31[["second connection listener","second of two"]]');
    const errors = (await uncaught.take(8)).map((error) => error.message);
    expect(errors.sort()).toEqual([
      "alone",
      "catch-all",
      "catch-all",
      "catch-all",
      "catch-all",
      "connection",
      "first of two",
      "first of two",
    ]);
    client.close();
  });
});

test("a listener for the end that throws does not keep a socket from leaving", async () => {
  started = await start();
  const { io, connect } = started;
  const client = connect();
  const [socket] = await waitFor<[Socket]>(io, "connection");
  await collectUncaught(async (uncaught) => {
    socket.on("disconnecting", () => {
      throw new Error("disconnecting");
    });
    const gone = waitFor(socket, "disconnect");
    client.disconnect();
    await gone;
    expect((await uncaught.next()).message).toBe("disconnecting");
  });
  expect(io.sockets.sockets.size).toBe(0);
  expect(io.sockets.adapter.rooms.size).toBe(0);
});

test("an acknowledgement callback that throws surfaces, and the connection stays", async () => {
  started = await start();
  const { io, url } = started;
  io.on("connection", (socket) => {
    socket.emit("ask", () => {
      throw new Error("in the callback");
    });
    socket.on("alive", (callback) => callback());
  });
  await collectUncaught(async (uncaught) => {
    const client = await openSocketIo(url);
    expect(await client.packets.next()).toBe('20["ask"]');
    client.send("30[]");
    client.send("30[]");
    client.send('21["alive"]');
    expect(await client.packets.next()).toBe("31[]");
    expect((await uncaught.next()).message).toBe("in the callback");
    expect(uncaught.size).toBe(0);
    client.close();
  });
});

test("disconnecting in a disconnecting listener ends it once", async () => {
  started = await start();
  const { io, connect } = started;
  const client = connect();
  await waitFor(client, "connect");
  const [socket] = [...io.sockets.sockets.values()] as [Socket];
  const ends = collect(socket, "disconnecting", "disconnect");
  socket.on("disconnecting", () => socket.disconnect());
  const gone = waitFor(socket, "disconnect");
  client.disconnect();
  await gone;
  expect(ends.all.map(({ event, args }) => [event, args[0]])).toEqual([
    ["disconnecting", "client namespace disconnect"],
    ["disconnect", "client namespace disconnect"],
  ]);
});

test("events that come with the end of the connection are still heard, in order", async () => {
  started = await start();
  const { io, url } = started;
  const wire = await openPolling(url);
  await wire.post("40");
  const socket = [...io.sockets.sockets.values()][0] as Socket;
  const heard = collect(socket, "a", "b", "disconnect");
  await wire.post('42["a"]', '42["b"]', "1");
  const events = await heard.take(3);
  expect(events.map(({ event }) => event)).toEqual(["a", "b", "disconnect"]);
  expect(events[2]?.args[0]).toBe("transport close");
});

test("a namespace can be left and joined again in one go", async () => {
  started = await start();
  const { io, url } = started;
  const client = await openSocketIo(url);
  const first = [...io.sockets.sockets.keys()];
  client.send("1");
  client.send("0");
  expect(await client.packets.next()).toMatch(/^0\{"sid"/);
  expect([...io.sockets.sockets.keys()]).not.toEqual(first);
  client.close();
});

test("what breaks the protocol closes the connection with a parse error", async () => {
  started = await start();
  const { io, url } = started;
  const client = await openSocketIo(url);
  const [socket] = [...io.sockets.sockets.values()] as [Socket];
  const events = collect(socket, "error", "disconnect");
  client.send("2{}");
  const [error, disconnect] = await events.take(2);
  expect(error).toMatchObject({
    event: "error",
    args: [{ message: "invalid payload" }],
  });
  expect(disconnect).toMatchObject({ event: "disconnect", args: ["parse error", undefined] });
  await client.wire.closed();
});

test("a client that joins no namespace in time is disconnected", async () => {
  started = await start({ connectTimeout: 30 });
  const wire = await openWebSocket(started.url);
  await wire.closed();
  expect(started.io.engine.clientsCount).toBe(0);
});

test("a client that was refused by all namespaces is disconnected in time", async () => {
  started = await start({ connectTimeout: 50 });
  started.io.use((_socket, next) => next(new Error("no")));
  const client = await openSocketIo(started.url);
  expect(client.connected).toBe('4{"message":"no"}');
  await client.wire.closed();
});

test("a middleware that throws or rejects refuses the client", async () => {
  started = await start();
  const { io, connect } = started;
  io.of("/throws").use(() => {
    throw Object.assign(new Error("thrown"), { data: 1 });
  });
  io.of("/rejects").use(async () => {
    throw new Error("rejected");
  });
  io.of("/twice").use((_socket, next) => {
    next();
    next(new Error("too late"));
  });
  const [thrown] = await waitFor(connect("/throws"), "connect_error");
  expect(thrown).toMatchObject({ message: "thrown", data: 1 });
  const [rejected] = await waitFor(connect("/rejects"), "connect_error");
  expect(rejected).toMatchObject({ message: "rejected" });
  await waitFor(connect("/twice"), "connect");
});

test("a client that goes away while a middleware decides leaves nothing", async () => {
  started = await start({ cleanupEmptyChildNamespaces: true });
  const { io, connect } = started;
  let decide = (): void => {};
  const asked = new Promise<void>((resolve) => {
    io.of(/^\/dyn$/).use((socket, next) => {
      socket.join("room");
      decide = next;
      resolve();
    });
  });
  const client = connect("/dyn", { transports: ["websocket"] });
  await asked;
  const nsp = io.of("/dyn");
  const [conn] = Object.values(io.engine.clients);
  const closed = waitFor(conn as object, "close");
  client.io.engine.close();
  await closed;
  expect(io._nsps.has("/dyn")).toBe(true);
  decide();
  await turn();
  expect(nsp.sockets.size).toBe(0);
  expect(nsp.adapter.rooms.size).toBe(0);
  expect(io._nsps.has("/dyn")).toBe(false);
});
