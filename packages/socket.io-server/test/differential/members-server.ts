import { createServer } from "node:http";
import { collect, listen, waitFor } from "testkit";
import type { Server } from "../../src/index.js";
import { turn } from "../support/start.js";
import type { Scenario } from "../support/trace.js";
import { attempt, joined, plain } from "./joined.js";

const constructorOf = (io: Server) => io.constructor as new (...args: unknown[]) => Server;

/** Every member of the server and of namespaces, used once, with nothing but its effect in the trace. */
export const serverMembers: Record<string, Scenario> = {
  "Server.path()": async ({ io, log }) => {
    log(io.path(), io.path("/a/") === io, io.path(), io.path("/b").path());
  },
  "Server.serveClient()": async ({ io, log }) => {
    log(io.serveClient(), io.serveClient(false) === io, io.serveClient());
  },
  "Server.connectTimeout()": async ({ io, log }) => {
    log(io.connectTimeout(), io.connectTimeout(5) === io, io.connectTimeout());
  },
  "Server.adapter()": async ({ io, log }) => {
    const Adapter = io.adapter() as new (nsp: unknown) => never;
    class Another extends (Adapter as unknown as new (nsp: unknown) => object) {}
    const before = io.sockets.adapter;
    log(
      io.adapter(Another as never) === io,
      io.adapter() === (Another as unknown),
      io.sockets.adapter !== before,
    );
    log(io.of("/new").adapter instanceof Another);
  },
  "Server.attach()": async ({ io, log }) => {
    const httpServer = createServer();
    const other = new (constructorOf(io))({ path: "/other" });
    log(other.httpServer, other.engine, other.attach(httpServer) === other, other.httpServer === httpServer);
    const { url, close } = await listen(httpServer);
    const reply = await fetch(`${url}/other/?EIO=4&transport=polling`);
    log(reply.status, (await reply.text())[0]);
    await other.close();
    await close();
  },
  "Server.listen()": async ({ io, log }) => {
    const other = new (constructorOf(io))();
    log(other.listen(0) === other);
    await waitFor(other.httpServer, "listening");
    const { port } = other.httpServer.address() as { port: number };
    log((await fetch(`http://127.0.0.1:${port}/elsewhere`)).status);
    await other.close();
  },
  "Server.bind()": async ({ io, log, connect }) => {
    const other = new (constructorOf(io))();
    log(other.bind(io.engine) === other, other.engine === io.engine);
    const connection = waitFor(other, "connection");
    connect();
    log((await connection).length);
  },
  "Server.of()": async ({ io, log }) => {
    log(io.of("a") === io.of("/a"), io.of("/").name, io.of("/") === io.sockets, io.of("/a", () => {}).name);
    log(attempt(() => io.of(/a/g)));
  },
  "Server.close()": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    const gone = waitFor(client, "disconnect");
    const called: unknown[] = [];
    log(await io.close((error) => called.push(error)));
    log(called, (await gone)[0], io.httpServer.listening);
    await io.close((error) => called.push((error as unknown as { code: string }).code));
    log(called);
  },
  "Server.sockets": async ({ io, log }) => {
    log(io.sockets.name, io.sockets.sockets.size);
  },
  "Server.engine": async (context) => {
    const { io, log } = context;
    const { socket } = await joined(context);
    log(io.engine.clientsCount, Object.keys(io.engine.clients).length, socket.conn.id in io.engine.clients);
  },
  "Server.httpServer": async ({ io, log }) => {
    log(io.httpServer.listening);
  },
  "Server._nsps": async ({ io, log }) => {
    io.of("/a");
    log(io._nsps instanceof Map, [...io._nsps.keys()], io._nsps.get("/a") === io.of("/a"));
  },
  "Server.encoder": async ({ io, log }) => {
    log(io.encoder.encode({ type: 2, nsp: "/a", id: 1, data: ["x", Buffer.from([1])] } as never));
  },
  "Server.emit()": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    const got = waitFor(client, "x");
    log(io.emit("x", 1, { a: null }, [undefined]), ...(await got));
    log(attempt(() => io.emit("connect")));
  },
  "Server.send()": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    const got = waitFor(client, "message");
    log(io.send("a", 1) === io, ...(await got));
  },
  "Server.write()": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    const got = waitFor(client, "message");
    log(io.write("a", 1) === io, ...(await got));
  },
  "Server.to()": async (context) => {
    const { io, log } = context;
    const { client, socket } = await joined(context);
    socket.join("a");
    const got = collect(client, "x");
    log(io.to("b").emit("x", 1), io.to(["b", "a"]).emit("x", 2), io.to("b").to("a").emit("x", 3));
    log((await got.take(2)).map(({ args }) => args));
  },
  "Server.in()": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    const got = waitFor(client, "x");
    log(io.in(client.id as string).emit("x", 1), ...(await got));
  },
  "Server.except()": async (context) => {
    const { io, log } = context;
    const { client, socket } = await joined(context);
    socket.join("a");
    const got = collect(client, "x");
    io.except("a").emit("x", 1);
    io.except(["b", "c"]).emit("x", 2);
    log((await got.next()).args);
  },
  "Server.local": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    const got = waitFor(client, "x");
    log(io.local.emit("x", 1), ...(await got), (await io.local.fetchSockets()).length);
  },
  "Server.volatile": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    await turn();
    const got = collect(client, "x");
    io.volatile.emit("x", 1);
    io.volatile.emit("x", "dropped");
    io.emit("x", 2);
    log((await got.take(2)).map(({ args }) => args));
  },
  "Server.compress()": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    const got = waitFor(client, "x");
    log(io.compress(false).emit("x", 1), ...(await got));
  },
  "Server.timeout()": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    client.on("x", (callback) => callback(1, 2));
    io.timeout(1000).emit("x", (error: unknown, answers: unknown) => log("answered", error, answers));
    log(await io.timeout(1000).emitWithAck("x"));
    log(
      await new Promise((resolve) => io.timeout(5).emit("y", (...args: unknown[]) => resolve(plain(args)))),
    );
  },
  "BroadcastOperator.emitWithAck()": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    client.on("x", (value, callback) => callback(value + 1));
    log(
      await io
        .to(client.id as string)
        .timeout(1000)
        .emitWithAck("x", 1),
    );
    const error = await io
      .timeout(5)
      .emitWithAck("y")
      .catch((reason) => reason);
    log(error, error.responses);
    log(await io.to("nobody").timeout(1000).emitWithAck("x"));
  },
  "Server.fetchSockets()": async (context) => {
    const { io, log } = context;
    const { client, socket } = await joined(context);
    const [one, ...others] = await io.fetchSockets();
    log(
      one?.id === client.id,
      (one as unknown) === socket,
      others.length,
      await io.in("nobody").fetchSockets(),
    );
  },
  "Server.socketsJoin()": async (context) => {
    const { io, log } = context;
    const { socket } = await joined(context);
    log(io.socketsJoin("a"), io.socketsJoin(["b", "c"]), [...socket.rooms].slice(1));
  },
  "Server.socketsLeave()": async (context) => {
    const { io, log } = context;
    const { socket } = await joined(context);
    socket.join(["a", "b", "c"]);
    log(io.socketsLeave("a"), io.in("b").socketsLeave(["b"]), [...socket.rooms].slice(1));
  },
  "Server.disconnectSockets()": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    const gone = waitFor(client, "disconnect");
    log(io.disconnectSockets(), ...(await gone), io.engine.clientsCount);
    const { client: other } = await joined(context);
    const closed = waitFor(other, "disconnect");
    io.disconnectSockets(true);
    log((await closed)[0]);
  },
  "Server.serverSideEmit()": async ({ io, log }) => {
    log(attempt(() => io.serverSideEmit("connection")));
    const heard: unknown[] = [];
    io.on("x" as never, ((...args: unknown[]) => heard.push(args)) as never);
    io.sockets._onServerSideEmit(["x", 1]);
    log(
      heard,
      attempt(() => io.serverSideEmit("x", 1)),
    );
  },
  "Server.allSockets()": async (context) => {
    const { io, log } = context;
    const { client } = await joined(context);
    log(
      [...(await io.allSockets())].map((id) => id === client.id),
      (await io.in("a").allSockets()).size,
    );
  },
  "Server.use()": async (context) => {
    const { io, log, connect } = context;
    log(
      io.use((socket, next) => {
        log("middleware", socket.handshake.auth);
        next(socket.handshake.auth.ok ? undefined : Object.assign(new Error("no"), { data: { code: 7 } }));
      }) === io,
    );
    const [error] = await waitFor<[Error & { data: unknown }]>(connect(), "connect_error");
    log(error.message, error.data);
    await waitFor(connect("/", { auth: { ok: 1 } }), "connect");
  },
  '"connection" and "connect"': async (context) => {
    const { io, log } = context;
    for (const event of ["connection", "connect"] as const) {
      io.on(event, (socket) => log(event, socket.connected, socket.rooms.size));
    }
    await joined(context);
  },
  '"new_namespace"': async ({ io, log }) => {
    io.on("new_namespace", (nsp) => log(nsp.name, io._nsps.has(nsp.name)));
    io.of("/a");
    io.of("/a");
    io.of(/^\/b/);
    io.of("/b1");
  },
  "Namespace.name": async ({ io, log }) => {
    log(io.of("a").name, io.of("/a/b").name, io.of("").name);
  },
  "Namespace.server": async ({ io, log }) => {
    log(io.of("/a").server === io);
  },
  "Namespace.sockets": async (context) => {
    const { io, log } = context;
    const { socket } = await joined(context, "/a");
    log(
      io.of("/a").sockets instanceof Map,
      io.of("/a").sockets.get(socket.id) === socket,
      io.sockets.sockets.size,
    );
  },
  "Namespace.adapter": async ({ io, log }) => {
    const { adapter } = io.of("/a");
    log(adapter.nsp === (io.of("/a") as unknown), adapter.rooms, adapter.sids, adapter.constructor.name);
  },
  "Namespace.use()": async (context) => {
    const { io, log } = context;
    const nsp = io.of("/a");
    log(nsp.use((socket, next) => next(log("in", socket.nsp.name) as undefined)) === nsp);
    await joined(context, "/a");
  },
  "Namespace.emit() and the operators": async (context) => {
    const { io, log } = context;
    const nsp = io.of("/a");
    const { client, socket } = await joined(context, "/a");
    socket.join("room");
    const got = collect(client, "x", "message");
    nsp.emit("x", 1);
    log(nsp.send(2) === nsp, nsp.write(3) === nsp);
    nsp.to("room").emit("x", 4);
    nsp.in("room").emit("x", 5);
    nsp.except("other").emit("x", 6);
    nsp.compress(true).emit("x", 7);
    nsp.local.emit("x", 8);
    log((await got.take(8)).map(({ args }) => args));
    await turn();
    nsp.volatile.emit("x", 9);
    log((await got.next()).args);
  },
  "Namespace.fetchSockets() and the mass operations": async (context) => {
    const { io, log } = context;
    const nsp = io.of("/a");
    const { client, socket } = await joined(context, "/a");
    log((await nsp.fetchSockets())[0]?.id === socket.id, [...(await nsp.allSockets())].length);
    log(nsp.socketsJoin("r"), nsp.socketsLeave("r"), socket.rooms.size);
    client.on("x", (callback) => callback("y"));
    log(await nsp.timeout(1000).emitWithAck("x"));
    const gone = waitFor(client, "disconnect");
    log(nsp.disconnectSockets(), ...(await gone));
  },
  "Namespace.serverSideEmit()": async ({ io, log }) => {
    for (const event of ["connect", "connection", "new_namespace", "x"]) {
      log(
        event,
        attempt(() => io.of("/a").serverSideEmit(event)),
      );
    }
  },
};
