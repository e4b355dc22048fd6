import { waitFor } from "testkit";
import type { Scenario } from "../support/trace.js";

export const basicScenarios: Record<string, Scenario> = {
  "a connection, event by event": async ({ io, log, connect }) => {
    io.use((socket, next) => {
      log("middleware", socket.connected, [...socket.rooms].length, io.sockets.sockets.size);
      next();
    });
    for (const event of ["create-room", "join-room", "leave-room", "delete-room"]) {
      io.sockets.adapter.on(event as never, ((...args: unknown[]) => log(event, ...args)) as never);
    }
    io.on("connect", (socket) => log("connect", socket.id, socket.connected, socket.rooms));
    io.on("connection", (socket) => {
      log("connection", socket.recovered, socket.disconnected, socket.data, io.sockets.sockets.size);
      socket.on("disconnecting", (reason) => log("disconnecting", reason, socket.rooms, socket.connected));
      socket.on("disconnect", (reason) => log("disconnect", reason, socket.rooms, socket.connected));
      socket.join(["a", "b"]);
      socket.leave("a");
    });
    const client = connect();
    await waitFor(client, "connect");
    const [socket] = await io.fetchSockets();
    const gone = waitFor(io.sockets.sockets.get(client.id as string) as object, "disconnect");
    log(socket?.id === client.id);
    client.disconnect();
    await gone;
    log(io.sockets.sockets.size, io.sockets.adapter.rooms, io.sockets.adapter.sids);
  },

  "events and acknowledgements both ways": async ({ io, log, connect }) => {
    io.on("connection", async (socket) => {
      socket.on("echo", (...args) => {
        const callback = args.pop();
        log("echo", ...args);
        callback(...args);
        callback("again");
      });
      log("returns", socket.emit("e"), socket.send("m") === socket, socket.write("w") === socket);
      log("ack", await socket.emitWithAck("question", 1, { two: [Buffer.from("3")] }));
      log("ack in time", await socket.timeout(1000).emitWithAck("question", 2));
      socket
        .timeout(1000)
        .emit("question", 3, (error: unknown, answer: unknown) => log("callback", error, answer));
      log(
        "rejects",
        await socket
          .timeout(10)
          .emitWithAck("silence")
          .catch((error) => error),
      );
      socket.timeout(10).emit("silence", (...args: unknown[]) => {
        log("timed out", ...args);
        socket.emit("done");
      });
    });
    const client = connect();
    client.onAny((event, ...args) =>
      log("client", event, ...args.filter((arg) => typeof arg !== "function")),
    );
    client.on("question", (...args) => args.pop()("answer", args));
    const done = waitFor(client, "done");
    await waitFor(client, "connect");
    log("echoed", await client.emitWithAck("echo", 1, null, { b: Buffer.from([1, 2]) }, undefined));
    await done;
  },

  "rooms and broadcasts": async ({ io, log, connect }) => {
    io.on("connection", (socket) => {
      socket.join(socket.handshake.auth.rooms);
    });
    const clients = [];
    for (const rooms of [["a"], ["b"], ["a", "b"], []]) {
      const client = connect("/", { auth: { rooms }, transports: ["websocket"] });
      await waitFor(client, "connect");
      clients.push(client);
    }
    const [first] = clients;
    const sockets = clients.map((client) => io.sockets.sockets.get(client.id as string));
    const got: Record<string, number[]> = {};
    clients.forEach((client, index) => {
      client.onAny((event) => {
        got[event] ??= [];
        got[event].push(index);
      });
    });
    io.emit("all");
    io.to("a").emit("to a");
    io.in("b").emit("in b");
    io.to("a").to("b").emit("a or b");
    io.to(["a", "b"]).emit("a or b, listed");
    io.except("a").emit("except a");
    io.to("b").except(["a"]).emit("b except a");
    io.to("nobody").emit("nobody");
    io.to(first?.id as string).emit("to the first");
    io.local.emit("local");
    io.compress(false).emit("not compressed");
    io.volatile.emit("volatile");
    io.sockets.in("a").emit("sockets in a");
    sockets[0]?.broadcast.emit("broadcast by 0");
    sockets[0]?.to("a").emit("to a by 0");
    sockets[2]?.to(["a", "b"]).except("b").emit("a or b except b by 2");
    sockets[0]?.except("b").emit("except b by 0");
    sockets[0]?.local.emit("local by 0");
    io.emit("x");
    sockets[0]?.emit("y");
    io.emit("end");
    for (const client of clients) {
      if (!got.end?.includes(clients.indexOf(client))) await waitFor(client, "end");
    }
    for (const indexes of Object.values(got)) indexes.sort();
    log(got);
    log("answers", await io.timeout(1000).to("nobody").emitWithAck("?"));
    clients.forEach((client, index) => {
      client.on("?", (callback) => callback(index));
    });
    log("answers", ((await io.timeout(1000).to("a").emitWithAck("?")) as number[]).sort());
    clients[3]?.off("?");
    const error = await io
      .timeout(50)
      .emitWithAck("?")
      .catch((reason) => reason);
    log(error, error.responses.sort());
  },

  "acting on many sockets": async ({ io, log, connect }) => {
    io.on("connection", (socket) => {
      socket.data.name = socket.handshake.auth.name;
      socket.on("disconnect", (reason) => log(socket.data.name, "disconnect", reason));
    });
    const clients = [];
    for (const name of ["one", "two"]) {
      const client = connect("/", { auth: { name } });
      await waitFor(client, "connect");
      clients.push(client);
    }
    io.socketsJoin("a");
    io.in("a").socketsJoin(["b", "c"]);
    io.socketsLeave("b");
    const sockets = await io.in("a").fetchSockets();
    for (const socket of sockets) log(socket.data, [...socket.rooms].slice(1), socket.id.length);
    log([...(await io.in("c").allSockets())].length, [...(await io.allSockets())].length);
    sockets[0]?.join("d");
    sockets[0]?.leave("a");
    const got = waitFor(clients[0] as object, "hi");
    sockets[0]?.emit("hi");
    await got;
    log((await io.in("d").fetchSockets()).length, (await io.in("a").fetchSockets()).length);
    const left = [waitFor(clients[0] as object, "disconnect"), waitFor(clients[1] as object, "disconnect")];
    sockets[0]?.disconnect();
    io.disconnectSockets(true);
    log((await left[0]) as unknown[], (await left[1])?.[0]);
  },

  "catch-all listeners": async ({ io, log, connect }) => {
    const client = connect();
    const connected = waitFor(client, "connect");
    const [socket] = await waitFor<[import("../../src/index.js").Socket]>(io, "connection");
    await connected;
    const first = (...args: unknown[]) => log("first", ...args.filter((arg) => typeof arg !== "function"));
    const second = (...args: unknown[]) => log("second", ...args.filter((arg) => typeof arg !== "function"));
    socket.onAny(second).prependAny(first).onAnyOutgoing(second).prependAnyOutgoing(first);
    log(socket.listenersAny().length, socket.listenersAnyOutgoing().length);
    socket.on("in", (callback) => callback());
    await client.emitWithAck("in");
    socket.emit("out", 1);
    io.emit("all", 2);
    socket.offAny(first).offAnyOutgoing(second);
    await client.emitWithAck("in");
    socket.emit("out", 3);
    socket.offAny().offAnyOutgoing();
    await client.emitWithAck("in");
    log(socket.listenersAny().length, socket.listenersAnyOutgoing().length);
  },

  "what the handshake tells": async ({ io, log, connect }) => {
    io.on("connection", (socket) => {
      const { headers, time, issued, url, query, ...rest } = socket.handshake;
      log(rest, headers["x-test"], typeof headers.host, new Date(time).getTime() - issued <= 0);
      log(url.replace(/&[tb]=[^&]*|&sid=.*/g, ""), query.a, query.EIO, query.transport);
      log(
        Object.is(socket.handshake, socket.handshake),
        socket.request === socket.client.request,
        socket.conn.protocol,
      );
      socket.emit("done");
    });
    const client = connect("/", {
      auth: { token: "t", list: [1] },
      query: { a: "b=c" },
      extraHeaders: { "x-test": "1", origin: "http://elsewhere" },
    });
    await waitFor(client, "done");
  },
};
