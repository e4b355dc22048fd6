import { once } from "node:events";
import { createRequire } from "node:module";
import { Adapter } from "socket.io-adapter";
import * as msgpack from "socket.io-msgpack-parser";
import { Decoder as BaseDecoder, Encoder, PacketType } from "socket.io-parser";
import { collect, openSocketIo, openWebSocket, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { AdapterConstructor, Socket } from "../../src/index.js";
import { type Started, start } from "../support/start.js";

// What third-party packages reach for.

const require = createRequire(createRequire(import.meta.url).resolve("published-socket.io"));
const published: { Adapter: AdapterConstructor; SessionAwareAdapter: AdapterConstructor } =
  require("socket.io-adapter");

let started: Started | undefined;
afterEach(() => started?.close());

describe.each([
  ["the published adapter", published.Adapter],
  ["the published adapter with recovery", published.SessionAwareAdapter],
  ["an arrow function", (nsp: never) => new Adapter(nsp)],
  ["a method", { create: (nsp: never) => new Adapter(nsp) }.create],
  ["a plain function", (nsp: never) => new Adapter(nsp)],
])("%s as adapter", (_name, adapter) => {
  test("delivers, acknowledges and acts on sockets", async () => {
    started = await start({
      adapter: adapter as AdapterConstructor,
      ...(adapter === published.SessionAwareAdapter ? { connectionStateRecovery: {} } : {}),
    });
    const { io, connect } = started;
    const clients = [connect(), connect("/", { transports: ["websocket"] })];
    for (const [index, client] of clients.entries()) {
      client.on("?", (callback) => callback(index));
    }
    await Promise.all(clients.map((client) => waitFor(client, "connect")));
    const outgoing: unknown[] = [];
    for (const socket of io.sockets.sockets.values()) socket.onAnyOutgoing((event) => outgoing.push(event));
    const got = clients.map((client) => waitFor(client, "binary"));
    io.emit("binary", Buffer.from([1]));
    for (const one of got) expect((await one)[0]).toEqual(Buffer.from([1]));
    expect(((await io.timeout(1000).emitWithAck("?")) as number[]).sort()).toEqual([0, 1]);
    expect(outgoing).toEqual(["binary", "binary", "?", "?"]);
    io.in(clients[0]?.id as string).socketsJoin("room");
    expect((await io.in("room").fetchSockets()).map(({ id }) => id)).toEqual([clients[0]?.id]);
    expect(await io.timeout(1000).to("room").emitWithAck("?")).toEqual([0]);
    const socket = io.sockets.sockets.get(clients[1]?.id as string) as Socket;
    expect(await socket.timeout(1000).emitWithAck("?")).toBe(1);
    io.disconnectSockets();
    expect(io.sockets.sockets.size).toBe(0);
  });
});

test("adapter() takes the place of the adapters that there are, which are closed", async () => {
  const calls: string[] = [];
  class Recording extends Adapter {
    override async init() {
      calls.push(`init ${this.nsp.name}`);
    }
    override async close() {
      calls.push(`close ${this.nsp.name}`);
    }
  }
  started = await start({ adapter: Recording });
  const { io } = started;
  io.of("/chat");
  class Another extends Recording {}
  expect(io.adapter(Another)).toBe(io);
  expect(io.adapter()).toBe(Another);
  expect(calls).toEqual(["init /", "init /chat", "close /", "init /", "close /chat", "init /chat"]);
  expect(io.of("/chat").adapter).toBeInstanceOf(Another);
});

test("an adapter that fails to start is said, and does no harm", async () => {
  class Failing extends Adapter {
    override async init() {
      throw new Error("no broker");
    }
  }
  const warning = waitFor<[Error & { code?: string }]>(process, "warning");
  started = await start({ adapter: Failing });
  expect((await warning)[0]).toMatchObject({
    code: "ERR_ADAPTER_FAILED",
    message: expect.stringContaining("no broker"),
  });
  await waitFor(started.connect(), "connect");
});

test("an emitter as others know it", async () => {
  started = await start();
  const { io, connect } = started;
  expect(io.sockets.setMaxListeners(0)).toBe(io.sockets);
  const order: string[] = [];
  io.on("connection", () => order.push("second"));
  io.sockets.prependListener("connection", () => order.push("first"));
  expect(io.listenerCount("connection")).toBe(2);
  const connection = once(io as never, "connection");
  const client = connect();
  await waitFor(client, "connect");
  const [socket] = (await connection) as [Socket];
  expect(order).toEqual(["first", "second"]);
  const heard = once(socket as never, "hello");
  client.emit("hello", 1);
  expect(await heard).toEqual([1]);
  io.removeAllListeners("connection");
  expect(io.sockets.listeners("connection")).toEqual([]);
});

test("methods of a socket may be replaced on the instance", async () => {
  started = await start();
  const { io, url } = started;
  const seen: unknown[] = [];
  io.on("connection", (socket) => {
    const { onevent, emit } = socket;
    socket.onevent = function (packet) {
      seen.push(["onevent", (packet.data as unknown[])[0]]);
      onevent.call(this, packet);
    };
    socket.emit = function (this: Socket, ...args: [string]) {
      seen.push(["emit", args[0]]);
      return emit.apply(this, args);
    } as typeof socket.emit;
    socket.on("in", () => {
      socket.emit("out");
      socket.ack(7)("by id");
    });
    (socket.client as unknown as { extra: string }).extra = "a field of somebody's";
  });
  const client = await openSocketIo(url);
  client.send('2["in"]');
  expect(await client.packets.take(2)).toEqual(['2["out"]', '37["by id"]']);
  expect(seen).toEqual([
    ["onevent", "in"],
    ["emit", "out"],
  ]);
  client.close();
});

test("what an admin panel looks at", async () => {
  started = await start();
  const { io, connect } = started;
  Object.assign(io, { panel: {} });
  const engine = collect(io.engine, "connection");
  const client = connect();
  const [socket] = await waitFor<[Socket]>(io, "connection");
  const transport = collect(socket.conn, "upgrade", "packet", "packetCreate");
  expect((await engine.next()).args[0]).toBe(socket.conn);
  expect(socket.client.id).toBe(socket.conn.id);
  expect(socket.conn.id).toMatch(/^[\w-]{20}$/);
  expect(socket.conn.transport.name).toBe("polling");
  expect(io.engine.clientsCount).toBe(1);
  expect(io.httpServer.listening).toBe(true);
  expect([...io._nsps.keys()]).toEqual(["/"]);
  await transport.until(({ event }) => event === "upgrade");
  expect(socket.conn.transport.name).toBe("websocket");
  socket.emit("x");
  await transport.until(({ event }) => event === "packetCreate");
  client.emit("y");
  await transport.until(
    ({ event, args }) => event === "packet" && (args[0] as { type: string }).type === "message",
  );
  io.of("/chat");
  expect(io._nsps.delete("/chat")).toBe(true);
  expect((await waitFor(connect("/chat"), "connect_error"))[0]).toMatchObject({
    message: "Invalid namespace",
  });
});

test("a replayed connection event is one more connection of the engine", async () => {
  started = await start();
  const { io, url } = started;
  io.on("connection", (socket) => socket.emit("hello"));
  io.engine.emit("connection", Object.values(io.engine.clients)[0] ?? (fakeConn() as never));
  const client = await openSocketIo(url);
  expect(await client.packets.next()).toBe('2["hello"]');
  client.close();
});

const fakeConn = () => ({ id: "x", readyState: "closed", on() {}, close() {}, request: {}, transport: {} });

test("another parser", async () => {
  started = await start({ parser: msgpack });
  const { io, connect } = started;
  io.on("connection", (socket) => {
    socket.on("echo", (value, callback) => callback(value));
    socket.join("room");
  });
  const client = connect("/", { parser: msgpack });
  await waitFor(client, "connect");
  const got = waitFor(client, "all");
  io.to("room").emit("all", { nested: [Buffer.from([1, 2])] });
  expect((await got)[0]).toEqual({ nested: [Buffer.from([1, 2])] });
  expect(await client.emitWithAck("echo", { a: 1 })).toEqual({ a: 1 });
});

test.each([
  ["a reserved name", ["disconnect", "forged"]],
  ["no name", [null]],
  ["no list", { 0: "x" }],
])("an event with %s ends the connection, with a parser that takes it too", async (_case, data) => {
  class Decoder extends BaseDecoder {
    override add(chunk: unknown): void {
      this.emitReserved("decoded", JSON.parse(String(chunk)));
    }
  }
  started = await start({ parser: { Encoder, Decoder } });
  const wire = await openWebSocket(started.url);
  wire.send(`4${JSON.stringify({ type: PacketType.CONNECT, nsp: "/" })}`);
  const [socket] = await waitFor<[Socket]>(started.io, "connection");
  const heard = collect(socket, "disconnect");
  wire.send(`4${JSON.stringify({ type: PacketType.EVENT, nsp: "/", data })}`);
  await wire.closed();
  expect(heard.all.map(({ args }) => args[0])).toEqual(["forced close"]);
});
