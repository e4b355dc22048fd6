import { collect, waitFor } from "testkit";
import type { Socket } from "../../src/index.js";
import { turn } from "../support/start.js";
import type { Scenario } from "../support/trace.js";
import { attempt, joined, plain } from "./joined.js";

/** Every member of a socket, used once. */
export const socketMembers: Record<string, Scenario> = {
  "Socket.id": async (context) => {
    const { client, socket } = await joined(context);
    context.log(socket.id === client.id, /^[\w-]{20}$/.test(socket.id), socket.id !== socket.conn.id);
  },
  "Socket.nsp, server, adapter": async (context) => {
    const { io, log } = context;
    const { socket } = await joined(context, "/a");
    log(
      socket.nsp === io.of("/a"),
      socket.server === io,
      Reflect.get(socket, "adapter") === io.of("/a").adapter,
    );
  },
  "Socket.client": async (context) => {
    const { socket } = await joined(context);
    const { client } = socket;
    context.log(
      client.sockets.get(socket.id) === socket,
      Object.keys(client).includes("conn"),
      client.conn === socket.conn,
    );
  },
  "Socket.conn": async (context) => {
    const { socket } = await joined(context);
    const { conn } = socket;
    context.log(conn.protocol, conn.transport.name, conn.readyState, conn.remoteAddress);
  },
  "Socket.request": async (context) => {
    const { socket } = await joined(context, "/", { extraHeaders: { "x-a": "1" } });
    const { request } = socket;
    context.log(request === socket.conn.request, request.headers["x-a"], request.method);
  },
  "Socket.handshake": async (context) => {
    const options = { auth: { a: 1 }, query: { q: "x y" }, extraHeaders: { origin: "http://other.example" } };
    const { socket } = await joined(context, "/", options);
    const { headers, time, address, xdomain, secure, issued, url, query, auth } = socket.handshake;
    context.log(headers.origin, typeof time, address, xdomain, secure, typeof issued);
    context.log(
      url.split("?")[0],
      query.q,
      query.EIO,
      query.transport,
      auth,
      Object.keys(socket.handshake).sort(),
    );
    context.log(Math.abs(new Date(time).getTime() - issued) < 1000);
  },
  "Socket.data": async (context) => {
    const { io, log } = context;
    const { socket } = await joined(context);
    log(socket.data);
    socket.data.a = 1;
    log((await io.fetchSockets())[0]?.data);
    socket.data = { b: 2 };
    log(socket.data);
  },
  "Socket.rooms": async (context) => {
    const { socket } = await joined(context);
    context.log(
      socket.rooms instanceof Set,
      [...socket.rooms].map((room) => room === socket.id),
    );
    socket.join("a");
    const before = socket.rooms.size;
    socket.disconnect();
    context.log(before, socket.rooms.size);
  },
  "Socket.connected and disconnected": async (context) => {
    const { io, log } = context;
    io.use((socket, next) => next(log(socket.connected, socket.disconnected) as undefined));
    const { socket } = await joined(context);
    log(socket.connected, socket.disconnected);
    socket.on("disconnecting", () => log(socket.connected));
    socket.on("disconnect", () => log(socket.connected));
    socket.disconnect();
    log(socket.connected, socket.disconnected);
  },
  "Socket.recovered": async (context) => {
    const { socket } = await joined(context);
    context.log(socket.recovered);
  },
  "Socket.emit()": async (context) => {
    const { client, socket } = await joined(context);
    const got = waitFor(client, "x");
    context.log(socket.emit("x", 1, "two", { three: [Buffer.from([4])] }, null, undefined), ...(await got));
    client.on("ask", (value, callback) => callback(value, "more"));
    context.log(
      await new Promise((resolve) => socket.emit("ask", 1, (...args: unknown[]) => resolve(plain(args)))),
    );
    context.log(attempt(() => socket.emit("disconnect")));
  },
  "Socket.emitWithAck()": async (context) => {
    const { client, socket } = await joined(context);
    client.on("ask", (value, callback) => callback(value, "more"));
    context.log(await socket.emitWithAck("ask", 1), await socket.timeout(1000).emitWithAck("ask", 2));
    context.log(
      await socket
        .timeout(5)
        .emitWithAck("silence")
        .catch((error) => error),
    );
    context.log(attempt(() => void socket.emitWithAck("connect").catch((error) => context.log(error))));
    await turn();
  },
  "Socket.send() and write()": async (context) => {
    const { client, socket } = await joined(context);
    const got = collect(client, "message");
    context.log(socket.send("a", 1) === socket, socket.write("b") === socket);
    context.log((await got.take(2)).map(({ args }) => args));
  },
  "Socket.join() and leave()": async (context) => {
    const { socket } = await joined(context);
    context.log(socket.join("a"), socket.join(["b", "c"]), [...socket.rooms].slice(1));
    context.log(socket.leave("a"), socket.leave("none"), [...socket.rooms].slice(1));
    socket.leave(socket.id);
    context.log([...socket.rooms]);
    socket.disconnect();
    context.log(socket.join("late"), socket.rooms);
  },
  "Socket.to(), in(), except(), broadcast, local": async (context) => {
    const { client, socket } = await joined(context);
    const { client: other, socket: otherSocket } = await joined(context);
    otherSocket.join("room");
    socket.join("room");
    const own = collect(client, "x");
    const got = collect(other, "x");
    socket.to("room").emit("x", 1);
    socket.in("room").emit("x", 2);
    socket.broadcast.emit("x", 3);
    socket.except("room").emit("x", "not for either");
    socket.local.emit("x", 4);
    socket.to(socket.id).emit("x", "not to oneself");
    socket.broadcast.to("room").except(otherSocket.id).emit("x", "for nobody");
    context.log(
      (await got.take(4)).map(({ args }) => args),
      own.size,
    );
    other.on("ask", (callback) => callback("other"));
    context.log(await socket.broadcast.timeout(1000).emitWithAck("ask"));
  },
  "Socket.volatile": async (context) => {
    const { client, socket } = await joined(context);
    await turn();
    const got = collect(client, "x");
    context.log(socket.volatile.emit("x", 1), socket.volatile.emit("x", "dropped"), socket.emit("x", 2));
    context.log((await got.take(2)).map(({ args }) => args));
  },
  "Socket.compress()": async (context) => {
    const { client, socket } = await joined(context);
    const got = waitFor(client, "x");
    context.log(socket.compress(false).emit("x", 1), ...(await got));
  },
  "Socket.timeout()": async (context) => {
    const { client, socket } = await joined(context);
    client.on("ask", (callback) => callback("answer"));
    const ask = (event: string, ms: number) =>
      new Promise((resolve) => socket.timeout(ms).emit(event, (...args: unknown[]) => resolve(plain(args))));
    context.log(await ask("ask", 1000), await ask("silence", 5));
  },
  "Socket.disconnect()": async (context) => {
    const { client, socket } = await joined(context);
    const gone = waitFor(client, "disconnect");
    context.log(socket.disconnect() === socket, (await gone)[0], context.io.sockets.sockets.size);
    const { client: other, socket: otherSocket } = await joined(context);
    const closed = waitFor(other, "disconnect");
    otherSocket.disconnect(true);
    context.log((await closed)[0], otherSocket.conn.readyState !== "open");
  },
  "Socket.use()": async (context) => {
    const { client, socket } = await joined(context);
    context.log(
      socket.use((event, next) => {
        context.log("middleware", event.slice(0, 2));
        if (event[0] === "change") event[1] = "changed";
        next(event[0] === "bad" ? new Error("refused") : undefined);
      }) === socket,
    );
    const refused = waitFor<[Error]>(socket, "error");
    const changed = waitFor(socket, "change");
    client.emit("change", 1);
    client.emit("bad");
    context.log(...(await changed), (await refused)[0]);
  },
  "Socket.onAny() and its like": async (context) => {
    const { client, socket } = await joined(context);
    const seen: unknown[] = [];
    const first = (...args: unknown[]) => seen.push(["first", ...args]);
    const second = (...args: unknown[]) => seen.push(["second", ...args]);
    context.log(
      socket.onAny(second) === socket,
      socket.prependAny(first) === socket,
      socket.listenersAny().length,
    );
    const end = waitFor(socket, "end");
    client.emit("x", 1);
    client.emit("end");
    await end;
    context.log(seen.splice(0), socket.offAny(first) === socket, socket.listenersAny().length);
    context.log(socket.offAny().listenersAny());
  },
  "Socket.onAnyOutgoing() and its like": async (context) => {
    const { socket } = await joined(context);
    const seen: unknown[] = [];
    const first = (...args: unknown[]) => seen.push(["first", ...args]);
    const second = (...args: unknown[]) => seen.push(["second", ...args]);
    socket.onAnyOutgoing(second).prependAnyOutgoing(first);
    socket.emit("x", 1);
    context.io.to(socket.id).emit("y", 2);
    context.log(seen.splice(0), socket.listenersAnyOutgoing().length);
    context.log(
      socket.offAnyOutgoing(first).listenersAnyOutgoing().length,
      socket.offAnyOutgoing().listenersAnyOutgoing(),
    );
  },
  '"disconnecting" and "disconnect"': async (context) => {
    const { client, socket } = await joined(context);
    socket.join("room");
    socket.on("disconnecting", (...args) => context.log("disconnecting", ...args, socket.rooms.size));
    socket.on("disconnect", (...args) => context.log("disconnect", ...args, socket.rooms.size));
    const gone = waitFor(socket, "disconnect");
    client.disconnect();
    await gone;
  },
  '"error"': async (context) => {
    const { client, socket } = await joined(context);
    context.log(
      attempt(() => socket.emit("error", 1)),
      attempt(() => socket.listenerCount("error") > -1),
    );
    const heard = waitFor(socket, "error");
    client.emit("error", "from the client");
    context.log(...(await heard));
  },
  'the reason "forced server close", which is of connections without sockets': async (context) => {
    const { io, log } = context;
    const { socket } = await joined(context);
    const ended = waitFor<[string]>(socket, "disconnect");
    const closed = waitFor<[string]>(socket.conn, "close");
    socket.disconnect(true);
    log((await ended)[0], (await closed)[0], io.engine.clientsCount);
  },
  "an emitter as Node.js has it": async (context) => {
    const { socket } = await joined(context);
    const listener = () => {};
    context.log(socket.on("x", listener) === socket, socket.listenerCount("x"), socket.listeners("x").length);
    context.log(socket.once("y", listener) === socket, socket.prependListener("x", listener) === socket);
    context.log(
      socket.eventNames().filter((name) => name !== "error"),
      socket.off("x", listener).listenerCount("x"),
    );
    context.log(
      socket.removeAllListeners("x") === socket,
      socket.listenerCount("x"),
      socket.rawListeners("y").length,
    );
  },
};

/** Why a socket ends: one scenario for each reason. */
const ends: Record<
  string,
  (
    socket: Socket,
    context: Parameters<Scenario>[0],
    client: { disconnect(): unknown; io: unknown },
  ) => unknown
> = {
  "transport close": (_socket, _context, client) =>
    (client.io as { engine: { close(): void } }).engine.close(),
  "forced close": (socket) => socket.conn.close(),
  "server shutting down": (_socket, { io }) => io.close(),
  "client namespace disconnect": (_socket, _context, client) => client.disconnect(),
  "server namespace disconnect": (socket) => socket.disconnect(),
  "parse error": (_socket, _context, client) =>
    (client.io as { engine: { transport: { ws: WebSocket } } }).engine.transport.ws.send("9"),
};

export const endMembers: Record<string, Scenario> = Object.fromEntries(
  Object.entries(ends).map(([reason, end]) => [
    `the reason "${reason}"`,
    async (context) => {
      const { client, socket } = await joined(context);
      const gone = waitFor<[string]>(socket, "disconnect");
      end(socket, context, client);
      context.log((await gone)[0] === reason);
    },
  ]),
);
