import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { fromEvent, take, toArray } from "rxjs";
import { Adapter, SessionAwareAdapter } from "socket.io-adapter";
import { io as connectTo } from "socket.io-client";
import { collect, type Listening, listen, waitFor } from "testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import socketIo, { type Namespace, Server, type Socket } from "../src/index.js";
import { requireBundles } from "./support/built.js";

// What third-party packages were found to reach for, name by name, besides the documented API. None of it may go.

type Client = ReturnType<typeof connectTo>;

/** A packet as adapters and wrappers handle it. */
interface Packet {
  type: number;
  nsp: string;
  data: unknown[];
  id?: number;
}

let io: Server;
let nsp: Namespace;
let listening: Listening;
let client: Client;
let socket: Socket;

beforeEach(async () => {
  const httpServer = createServer();
  io = new Server(httpServer, { connectionStateRecovery: {} });
  nsp = io.of("/");
  listening = await listen(httpServer);
  const accepted = waitFor<[Socket]>(io, "connection");
  client = connectTo(listening.url, { forceNew: true, transports: ["websocket"] });
  await waitFor(client, "connect");
  [socket] = await accepted;
});
afterEach(async () => {
  client.disconnect();
  await io.close();
  await listening.close();
});

const EVENT = 2;
const packet = (...data: unknown[]): Packet => ({ type: EVENT, nsp: "/", data });
const everyone = () => ({ rooms: new Set<string>(), except: new Set<string>(), flags: {} });

describe("adapters", () => {
  test("socket.io-adapter exports the base classes", () => {
    expect(SessionAwareAdapter.prototype).toBeInstanceOf(Adapter);
    expect(nsp.adapter).toBeInstanceOf(SessionAwareAdapter);
  });

  test("nsp.name, nsp.sockets and adapter.nsp", () => {
    expect(nsp.name).toBe("/");
    expect([...nsp.sockets]).toEqual([[socket.id, socket]]);
    expect(nsp.sockets).toBeInstanceOf(Map);
    expect(nsp.adapter.nsp).toBe(nsp);
  });

  test("nsp._ids counts acknowledgements", async () => {
    const before = nsp._ids;
    client.on("?", (callback) => callback(1));
    await io.timeout(5000).emitWithAck("?");
    expect(nsp._ids).toBe(before + 1);
  });

  test("nsp._onServerSideEmit(args) is an event of the namespace", async () => {
    const heard = waitFor(io, "from afar");
    nsp._onServerSideEmit(["from afar", 1, 2]);
    expect(await heard).toEqual([1, 2]);
  });

  test("nsp.server.encoder and nsp.server.opts", () => {
    expect(nsp.server).toBe(io);
    expect(nsp.server.encoder.encode(packet("x"))).toEqual(['2["x"]']);
    expect(nsp.server.opts.connectionStateRecovery).toMatchObject({ maxDisconnectionDuration: 120_000 });
  });

  test("nsp.fetchSockets gives those of this server with local", async () => {
    expect((await nsp.fetchSockets()).map(({ id }) => id)).toEqual([socket.id]);
    expect((await nsp.local.fetchSockets()).map(({ id }) => id)).toEqual([socket.id]);
  });

  test("adapter.rooms and adapter.sids", () => {
    socket.join("room");
    expect(nsp.adapter.rooms.get("room")).toEqual(new Set([socket.id]));
    expect(nsp.adapter.sids.get(socket.id)).toEqual(new Set([socket.id, "room"]));
    expect(nsp.adapter.socketRooms(socket.id)).toEqual(new Set([socket.id, "room"]));
  });

  test("the operations that subclasses call on super", async () => {
    const got = waitFor(client, "event");
    nsp.adapter.broadcast(packet("event", 1), everyone());
    expect((await got)[0]).toBe(1);
    client.on("?", (callback) => callback("answer"));
    const answer = await new Promise((resolve) => {
      let count = 0;
      nsp.adapter.broadcastWithAck(
        packet("?"),
        everyone(),
        (clients) => {
          count = clients;
        },
        (...args: unknown[]) => resolve([count, args]),
      );
    });
    expect(answer).toEqual([1, ["answer"]]);
    expect(await nsp.adapter.sockets(new Set())).toEqual(new Set([socket.id]));
    expect(await nsp.adapter.fetchSockets(everyone())).toEqual([socket]);
    nsp.adapter.addSockets(everyone(), ["room"]);
    expect(socket.rooms.has("room")).toBe(true);
    nsp.adapter.delSockets(everyone(), ["room"]);
    expect(socket.rooms.has("room")).toBe(false);
    expect(await nsp.adapter.serverCount()).toBe(1);
    nsp.adapter.disconnectSockets(everyone(), true);
    expect(socket.connected).toBe(false);
  });

  test("socket.client.writeToEngine(encoded, options), with an option it does not know", async () => {
    const got = waitFor(client, "event");
    const encoded = io.encoder.encode(packet("event", "raw"));
    const options = {
      preEncoded: true,
      volatile: false,
      compress: false,
      wsPreEncodedFrame: Buffer.alloc(1),
    };
    socket.client.writeToEngine(encoded, options as never);
    expect(await got).toEqual(["raw"]);
  });

  test("socket.notifyOutgoingListeners(packet)", () => {
    const outgoing: unknown[] = [];
    socket.onAnyOutgoing((...args) => outgoing.push(args));
    socket.notifyOutgoingListeners(packet("event", 1));
    expect(outgoing).toEqual([["event", 1]]);
  });

  test("socket.acks, a Map by packet id", async () => {
    const answered = new Promise((resolve) => socket.acks.set(1234, resolve));
    client.on("?", (callback) => callback("by id"));
    socket.client.writeToEngine(io.encoder.encode({ ...packet("?"), id: 1234 }), {
      preEncoded: true,
    });
    expect(await answered).toBe("by id");
    expect(socket.acks.has(1234)).toBe(false);
  });
});

describe("panels", () => {
  test("io._nsps, a Map", () => {
    io.of("/chat");
    expect([...io._nsps.keys()]).toEqual(["/", "/chat"]);
    expect(io._nsps.get("/")).toBe(nsp);
    expect(io._nsps.delete("/chat")).toBe(true);
    expect([...io._nsps.values()]).toEqual([nsp]);
  });

  test("io.engine.clientsCount, socket.client.id and conn.transport.name", () => {
    expect(io.engine.clientsCount).toBe(1);
    expect(socket.client.id).toBe(socket.conn.id);
    expect(socket.conn.transport.name).toBe("websocket");
  });

  test("connection events upgrade, packet and packetCreate", async () => {
    const accepted = waitFor<[{ transport: { name: string } }]>(io.engine, "connection");
    const other = connectTo(listening.url, { forceNew: true, transports: ["polling", "websocket"] });
    const [conn] = await accepted;
    const upgrade = waitFor<[{ name: string }]>(conn, "upgrade");
    const packets = collect(conn, "packet", "packetCreate");
    await waitFor(other, "connect");
    expect((await upgrade)[0].name).toBe("websocket");
    const seen = packets.all.map(({ event, args }) => [event, (args[0] as { type: string }).type]);
    expect(seen).toContainEqual(["packet", "message"]);
    expect(seen).toContainEqual(["packetCreate", "message"]);
    other.disconnect();
  });

  test("adapter events join-room and leave-room", () => {
    const events = collect(nsp.adapter, "create-room", "join-room", "leave-room", "delete-room");
    socket.join("room");
    socket.leave("room");
    expect(events.all.map(({ event, args }) => [event, ...args])).toEqual([
      ["create-room", "room"],
      ["join-room", "room", socket.id],
      ["leave-room", "room", socket.id],
      ["delete-room", "room"],
    ]);
  });

  test("new_namespace and nsp.prependListener", async () => {
    const made = waitFor<[Namespace]>(io, "new_namespace");
    const chat = io.of("/chat");
    expect((await made)[0]).toBe(chat);
    const order: string[] = [];
    chat.on("connection", () => order.push("second"));
    chat.prependListener("connection", () => order.push("first"));
    const other = connectTo(`${listening.url}/chat`, { forceNew: true });
    await waitFor(other, "connect");
    expect(order).toEqual(["first", "second"]);
    other.disconnect();
  });

  test("fields of their own on io and on socket.client", () => {
    Object.assign(io, { _eventBuffer: 1 });
    Object.assign(socket.client, { extra: 2 });
    expect([Reflect.get(io, "_eventBuffer"), Reflect.get(socket.client, "extra")]).toEqual([1, 2]);
  });
});

describe("sticky sessions", () => {
  test("ids are 20 characters of [\\w-]", () => {
    expect(socket.conn.id).toMatch(/^[\w-]{20}$/);
    expect(socket.id).toMatch(/^[\w-]{20}$/);
  });

  test("a connection that is given to io.httpServer, with its first bytes put back", async () => {
    const front = createServer();
    front.removeAllListeners("connection");
    front.on("connection", (connection: Duplex) => {
      connection.once("data", (data) => {
        io.httpServer.emit("connection", connection);
        connection.unshift(data);
      });
    });
    const { url, close } = await listen(front);
    const accepted = waitFor(io.engine, "connection");
    const other = connectTo(url, { forceNew: true });
    await accepted;
    await waitFor(other, "connect");
    other.disconnect();
    await close();
  });
});

describe("wrappers and hosts", () => {
  test("socket.onevent, socket.emit and socket.on replaced on the instance", async () => {
    const seen: string[] = [];
    const original = { onevent: socket.onevent, emit: socket.emit, on: socket.on };
    socket.onevent = function (this: Socket, received) {
      seen.push("onevent");
      return original.onevent.call(this, received);
    };
    socket.emit = function (this: Socket, ...args: [string]) {
      seen.push("emit");
      return original.emit.apply(this, args);
    } as typeof socket.emit;
    socket.on = function (this: Socket, ...args: Parameters<typeof socket.on>) {
      seen.push("on");
      return original.on.apply(this, args);
    } as typeof socket.on;
    socket.on("in", () => socket.emit("out"));
    const got = waitFor(client, "out");
    client.emit("in");
    await got;
    expect(seen).toEqual(["on", "onevent", "emit"]);
  });

  test("socket.ack(id) makes the acknowledgement of a packet", async () => {
    socket.onevent = (received) => socket.ack(received.id as number)("made by hand");
    expect(await client.timeout(5000).emitWithAck("x")).toBe("made by hand");
  });

  test("the package called as a function, which carries Server", () => {
    expect(socketIo(createServer())).toBeInstanceOf(Server);
    expect(new socketIo.Server()).toBeInstanceOf(Server);
  });

  test("io.sockets is assignable, and has setMaxListeners", () => {
    expect(io.sockets.setMaxListeners(0)).toBe(io.sockets);
    const replacement = io.of("/other");
    io.sockets = replacement;
    expect(io.sockets).toBe(replacement);
    io.sockets = nsp;
  });

  test("fromEvent of rxjs on a socket", async () => {
    const values = new Promise((resolve) =>
      fromEvent(socket as never, "value")
        .pipe(take(2), toArray())
        .subscribe(resolve),
    );
    client.emit("value", 1);
    client.emit("value", 2);
    expect(await values).toEqual([1, 2]);
  });

  test("req._query", () => {
    const { _query } = socket.request as IncomingMessage & { _query: Record<string, string> };
    expect(_query).toMatchObject({ EIO: "4", transport: "websocket" });
    expect(_query.sid).toBeUndefined();
  });

  test("engine.prepare(req) and engine.onWebSocket(req, socket, ws), for hosts that upgrade by themselves", async () => {
    const webSockets = new WebSocketServer({ noServer: true });
    const host = createServer();
    host.on("upgrade", (request, connection, head) => {
      io.engine.prepare(request as never);
      expect(request).toHaveProperty("_query.EIO", "4");
      webSockets.handleUpgrade(request, connection, head, (ws) =>
        io.engine.onWebSocket(request as never, connection, ws as never),
      );
    });
    const { url, close } = await listen(host);
    const other = connectTo(url, { forceNew: true, transports: ["websocket"] });
    await waitFor(other, "connect");
    expect(io.engine.clientsCount).toBe(2);
    other.disconnect();
    await close();
  });

  test("static Server.sendFile", async () => {
    requireBundles();
    const host = createServer((request, response) => {
      Server.sendFile(String(request.url).slice(1), request, response);
    });
    const { url, close } = await listen(host);
    expect((await fetch(`${url}/socket.io.min.js`)).headers.get("content-type")).toContain("javascript");
    expect((await fetch(`${url}/package.json`)).status).toBe(404);
    await close();
  });
});
