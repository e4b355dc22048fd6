import { openSocketIo, waitFor } from "testkit";
import { turn } from "../support/start.js";
import type { Scenario } from "../support/trace.js";

const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

function attempt(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return `throws ${message(error)}`;
  }
}

export const namespaceScenarios: Record<string, Scenario> = {
  "namespaces over one connection": async ({ io, log, connect }) => {
    io.on("new_namespace", (nsp) => log("new namespace", nsp.name));
    io.on("connection", (socket) => log("main", socket.nsp.name));
    const chat = io.of("chat", (socket) => log("given to of()", socket.nsp.name));
    chat.on("connection", (socket) => {
      log("chat", socket.nsp.name, socket.client.sockets.size, [...socket.client.nsps.keys()]);
      socket.on("echo", (value, callback) => callback(value));
    });
    log(chat === io.of("/chat"), chat === (io.of("other") as unknown), [...io._nsps.keys()]);
    const main = connect();
    await waitFor(main, "connect");
    const client = main.io.socket("/chat");
    await waitFor(client, "connect");
    log(await client.emitWithAck("echo", 1), client.id !== main.id);
    const none = main.io.socket("/none");
    log((await waitFor(none, "connect_error"))[0]);
    const gone = waitFor(client, "disconnect");
    chat.disconnectSockets();
    log(...(await gone), chat.sockets.size, io.sockets.sockets.size, main.connected);
  },

  "namespaces made when asked for": async ({ io, log, connect }) => {
    io.on("new_namespace", (nsp) => log("new namespace", nsp.name));
    const numbered = io.of(/^\/room-\d+$/);
    numbered.use((socket, next) => {
      log("middleware of", socket.nsp.name);
      next();
    });
    numbered.on("connection", (socket) => {
      log("connection to", socket.nsp.name, socket.nsp === (numbered as unknown));
      socket.on("disconnect", (reason) => log("disconnect", reason));
    });
    io.of((name, auth, next) => {
      log("asked", name, auth);
      if (auth.token === "fails") next(new Error("not you"), true);
      else setTimeout(() => next(null, auth.token === "good"), 1);
    }).on("connection", (socket) => log("by function", socket.nsp.name));
    const one = connect("/room-1");
    await waitFor(one, "connect");
    const again = connect("/room-1");
    await waitFor(again, "connect");
    const two = connect("/room-2");
    await waitFor(two, "connect");
    const all = [waitFor(one, "all"), waitFor(two, "all"), waitFor(again, "all")];
    numbered.emit("all", 1);
    for (const got of all) log(...(await got));
    log((await waitFor(connect("/room-x"), "connect_error"))[0]);
    log((await waitFor(connect("/fn", { auth: { token: "bad" } }), "connect_error"))[0]);
    log((await waitFor(connect("/fn", { auth: { token: "fails" } }), "connect_error"))[0]);
    await waitFor(connect("/fn", { auth: { token: "good" } }), "connect");
    log([...io._nsps.keys()], io.of("/room-2").sockets.size, io.of("/room-3").name);
    log(attempt(() => numbered.fetchSockets()));
  },

  "middleware of namespaces": async ({ io, log, connect }) => {
    io.use((socket, next) => {
      log("first", socket.handshake.auth.step);
      socket.data.passed = 1;
      socket.join("early");
      next();
    });
    io.use((socket, next) => {
      log("second", socket.data.passed);
      const { step } = socket.handshake.auth;
      if (step === "error") next(new Error("refused"));
      else if (step === "data") next(Object.assign(new Error("refused"), { data: { code: 1, why: ["x"] } }));
      else if (step === "later") setTimeout(next, 2);
      else next();
    });
    io.on("connection", (socket) => log("connection", [...socket.rooms].length));
    for (const step of ["error", "data"]) {
      const [error] = await waitFor<[Error & { data?: unknown }]>(
        connect("/", { auth: { step } }),
        "connect_error",
      );
      log(error, error.data);
    }
    log(io.sockets.sockets.size, io.sockets.adapter.rooms.size);
    const late = connect("/", { auth: { step: "later" } });
    await waitFor(late, "connect");
    log((await io.in("early").fetchSockets()).length);
  },

  "middleware of sockets": async ({ io, log, connect }) => {
    io.on("connection", (socket) => {
      socket.use(([event, ...args], next) => {
        log("first", event, args.length);
        if (event === "bad") next(new Error("not this"));
        else next();
      });
      socket.use((event, next) => {
        if (event[0] === "change") event[1] = "changed";
        next();
      });
      socket.on("error", (error) => {
        log("error", error);
        socket.emit("refused");
      });
      socket.onAny((event) => log("any", event));
      socket.on("bad", () => log("never"));
      socket.on("change", (value, callback) => callback(value));
    });
    const client = connect();
    const refused = waitFor(client, "refused");
    client.emit("bad", 1);
    await refused;
    log(await client.emitWithAck("change", "x"));
  },

  "reserved names, getters and refusals": async ({ io, log }) => {
    const names = [
      "connect",
      "connect_error",
      "disconnect",
      "disconnecting",
      "newListener",
      "removeListener",
    ];
    for (const name of [...names, "connection", "error", "new_namespace"]) {
      log(
        name,
        attempt(() => io.emit(name)),
        attempt(() => io.to("a").emit(name)),
      );
    }
    for (const name of ["connect", "connection", "new_namespace"]) {
      log(
        name,
        attempt(() => io.serverSideEmit(name)),
      );
    }
    log(
      attempt(() => io.of(/x/g)),
      attempt(() => io.of(/x/y)),
    );
    log(attempt(() => io.attach((() => {}) as never)));
    log(io.path(), io.serveClient(), io.connectTimeout(), io.adapter()?.name);
    log(
      io.path("/other/") === io,
      io.path(),
      io.connectTimeout(1) === io,
      io.connectTimeout(),
      io.serveClient(false).serveClient(),
    );
    log(
      io.sockets.name,
      io.sockets.server === io,
      io.engine.clientsCount,
      typeof io.httpServer.listen,
      io._opts,
    );
    log(
      io.use(() => {}) === io,
      io.send() === io,
      io.sockets.send() === io.sockets,
      io.of("/a").use(() => {}).name,
    );
  },

  "a reserved name on a socket": async ({ io, log, connect }) => {
    const client = connect();
    const [socket] = await waitFor<[import("../../src/index.js").Socket]>(io, "connection");
    for (const name of ["connect", "disconnect", "disconnecting", "connection", "error"]) {
      log(
        name,
        attempt(() => socket.emit(name)),
        attempt(() => socket.broadcast.emit(name)),
      );
    }
    await turn();
    client.disconnect();
  },

  "disconnections from either side": async ({ io, log, connect }) => {
    io.on("connection", (socket) => {
      const { name } = socket.handshake.auth;
      socket.on("disconnecting", (reason) => log(name, "disconnecting", reason, socket.connected));
      socket.on("disconnect", (reason) => log(name, "disconnect", reason, socket.connected));
      socket.on("leave me", (close) =>
        log(socket.disconnect(close) === socket, socket.disconnect().connected),
      );
      socket.on("cut", () => socket.conn.close());
    });
    for (const name of ["client leaves", "server leaves", "server closes", "engine closes", "client cuts"]) {
      const client = connect("/", { auth: { name }, transports: ["websocket"] });
      await waitFor(client, "connect");
      const gone = waitFor(client, "disconnect");
      const socket = io.sockets.sockets.get(client.id as string) as object;
      const left = waitFor(socket, "disconnect");
      if (name === "client leaves") client.disconnect();
      else if (name === "client cuts") client.io.engine.close();
      else if (name === "engine closes") client.emit("cut");
      else client.emit("leave me", name === "server closes");
      log(name, (await gone)[0], (await left)[0]);
    }
    log(io.sockets.sockets.size);
  },

  "closing the server": async ({ io, log, connect }) => {
    io.on("connection", (socket) => {
      socket.on("disconnecting", (reason) => log("disconnecting", reason, socket.rooms.size));
      socket.on("disconnect", (reason) => log("disconnect", reason));
    });
    const client = connect("/", { transports: ["websocket"] });
    await waitFor(client, "connect");
    const gone = waitFor(client, "disconnect");
    log(await io.close((error) => log("first", error)));
    log((await gone)[0], io.sockets.sockets.size, io.httpServer.listening);
    await io.close((error) => log("second", (error as { code?: string } | undefined)?.code));
  },

  "one packet after the other": async ({ io, log, url }) => {
    io.on("connection", (socket) => {
      socket.on("go", () => {
        io.emit("a");
        socket.emit("b");
        io.to(socket.id).emit("c");
        socket.emit("d", Buffer.from([1]));
        io.emit("e", Buffer.from([2]), { f: [Buffer.from([3])] });
        socket.volatile.emit("dropped");
        socket.compress(false).emit("f");
        socket.emit("g", () => {});
        socket.disconnect();
      });
    });
    const client = await openSocketIo(url);
    client.send('2["go"]');
    for (const packet of await client.packets.take(11)) log(packet);
    client.close();
  },
};
