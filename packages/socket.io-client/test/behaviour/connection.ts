import { collect, waitFor } from "testkit/events";
import { expect } from "vitest";
import type { Scenarios } from "./scenario.js";

export const connecting: Scenarios = {
  "has the server's id while connected": {
    serve: ({ io, tell }) => io.on("connection", (peer) => tell("joined", peer.id)),
    async run({ connect, heard }) {
      const socket = connect();
      expect([socket.connected, socket.disconnected, socket.active, socket.id]).toEqual([
        false,
        true,
        true,
        undefined,
      ]);
      await waitFor(socket, "connect");
      const [id] = await heard("joined");
      expect([socket.connected, socket.disconnected, socket.id]).toEqual([true, false, id]);
      expect(socket.recovered).toBe(false);
      socket.disconnect();
      expect([socket.connected, socket.active, socket.id]).toEqual([false, false, undefined]);
    },
  },

  "uses the transports asked for": {
    async run({ connect, transports }) {
      const socket = connect();
      await waitFor(socket, "connect");
      const { engine } = socket.io;
      const expected = transports?.[0] ?? "websocket";
      if (engine.transport.name !== expected) await waitFor(engine, "upgrade");
      expect(engine.transport.name).toBe(expected);
    },
  },

  "shares a connection between namespaces": {
    serve({ io, answer }) {
      for (const nsp of ["/a", "/b"]) io.of(nsp).on("connection", (peer) => peer.emit("here", nsp));
      answer("connections", () => io.engine.clientsCount);
    },
    async run({ connect, ask }) {
      const a = connect("/a");
      const b = a.io.socket("/b");
      const both = await Promise.all([waitFor(a, "here"), waitFor(b, "here")]);
      expect(both).toEqual([["/a"], ["/b"]]);
      // Where a WebSocket takes long to open, long-polling was tried beside it.
      while ((await ask("connections")) !== 1);
      a.disconnect();
      b.emit("still there");
      expect(b.connected).toBe(true);
      expect(b.io.socket("/b")).toBe(b);
    },
  },

  "waits for connect() without autoConnect": {
    serve: ({ io, tell }) => io.on("connection", (peer) => peer.on("early", () => tell("early"))),
    async run({ connect, heard }) {
      const socket = connect("/", { autoConnect: false });
      expect([socket.active, socket.io._readyState]).toEqual([false, "closed"]);
      socket.emit("early");
      socket.connect();
      await heard("early");
    },
  },

  "joins once, however often connect() is called": {
    serve({ io, answer }) {
      let joined = 0;
      io.use((_peer, next) => {
        joined++;
        next();
      });
      io.on("connection", (peer) => peer.on("ask", (ack) => ack(joined)));
      answer("joined", () => joined);
    },
    async run({ connect, ask }) {
      const socket = connect();
      socket.io.on("open", () => socket.connect().open());
      await waitFor(socket, "connect");
      socket.connect();
      expect(await socket.emitWithAck("ask")).toBe(1);
      expect(await ask("joined")).toBe(1);
    },
  },

  "connects again after a disconnection on purpose": {
    async run({ connect }) {
      const socket = connect();
      for (let i = 0; i < 3; i++) {
        await waitFor(socket, "connect");
        socket.disconnect().connect();
      }
      await waitFor(socket, "connect");
    },
  },

  "sends the query of the URL and of the options": {
    serve: ({ io, tell }) => io.of("/q").on("connection", ({ handshake: { query } }) => tell("query", query)),
    async run({ connect, heard }) {
      connect("/q?a=%20b&c=x=y");
      expect((await heard("query"))[0]).toMatchObject({ a: " b", c: "x=y" });
      connect("/q", { query: { token: "é" } });
      expect((await heard("query"))[0]).toMatchObject({ token: "é" });
    },
  },

  "answers under another path": {
    options: { path: "/other" },
    async run({ connect }) {
      await waitFor(connect("/", { path: "/other" }), "connect");
    },
  },
};

export const authentication: Scenarios = {
  "hands `auth` to the server": {
    serve: ({ io, tell }) => io.on("connection", ({ handshake: { auth } }) => tell("auth", auth)),
    async run({ connect, heard }) {
      connect("/", { auth: { token: "abc" } });
      expect(await heard("auth")).toEqual([{ token: "abc" }]);
    },
  },

  "asks a function for it, at each connection": {
    serve: ({ io, tell }) => io.on("connection", ({ handshake: { auth } }) => tell("auth", auth)),
    async run({ connect, heard }) {
      let count = 0;
      const auth = (cb: (data: object) => void) => {
        cb({ count: ++count });
        cb({ count: "a second answer counts for nothing" });
      };
      const socket = connect("/", { auth });
      for (const expected of [1, 2]) {
        expect(await heard("auth")).toEqual([{ count: expected }]);
        if (!socket.connected) await waitFor(socket, "connect");
        socket.io.engine.close();
      }
    },
  },

  "is refused by middleware, with data, and can try again": {
    serve: ({ io }) =>
      io.use((peer, next) => {
        if (peer.handshake.auth.token === "right") return next();
        next(Object.assign(new Error("not you"), { data: { code: 7, nested: [1] } }));
      }),
    async run({ connect }) {
      const socket = connect("/", { auth: { token: "wrong" } });
      const [error] = (await waitFor(socket, "connect_error")) as [Error];
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ message: "not you", data: { code: 7, nested: [1] } });
      expect([socket.active, socket.connected]).toEqual([false, false]);
      socket.auth = { token: "right" };
      socket.connect();
      await waitFor(socket, "connect");
    },
  },

  "is told of a namespace that does not exist, and keeps the others": {
    async run({ connect }) {
      const socket = connect();
      const missing = socket.io.socket("/missing");
      const [[error]] = (await Promise.all([
        waitFor(missing, "connect_error"),
        waitFor(socket, "connect"),
      ])) as [[Error], unknown];
      expect(error.message).toBe("Invalid namespace");
      expect([missing.active, socket.active, socket.connected]).toEqual([false, true, true]);
    },
  },
};

export const disconnecting: Scenarios = {
  "from the client": {
    serve: ({ io, tell }) =>
      io.on("connection", (peer) => peer.on("disconnect", (reason) => tell("gone", reason))),
    async run({ connect, heard }) {
      const socket = connect();
      await waitFor(socket, "connect");
      const reason = waitFor(socket, "disconnect");
      socket.disconnect();
      expect((await reason)[0]).toBe("io client disconnect");
      expect(["client namespace disconnect", "transport close"]).toContain((await heard("gone"))[0]);
      expect(socket.active).toBe(false);
    },
  },

  "of one namespace leaves the others": {
    serve: ({ io }) => io.of("/a").on("connection", () => {}),
    async run({ connect }) {
      const socket = connect();
      const other = socket.io.socket("/a");
      await Promise.all([waitFor(socket, "connect"), waitFor(other, "connect")]);
      other.disconnect();
      expect([other.connected, socket.connected, socket.io._readyState]).toEqual([false, true, "open"]);
      other.connect();
      await waitFor(other, "connect");
    },
  },

  "by the server, which is for good": {
    serve: ({ io }) => io.on("connection", (peer) => peer.disconnect()),
    async run({ connect }) {
      const socket = connect();
      expect((await waitFor(socket, "disconnect"))[0]).toBe("io server disconnect");
      expect([socket.active, socket.id, socket.io._readyState]).toEqual([false, undefined, "closed"]);
    },
  },

  "by the end of the transport, followed by a reconnection": {
    serve: ({ io }) => io.once("connection", (peer) => peer.conn.close()),
    async run({ connect }) {
      const socket = connect();
      const managerEvents = collect(socket.io, "close", "reconnect_attempt", "reconnect");
      const [reason, details] = await waitFor(socket, "disconnect");
      expect(reason).toBe("transport close");
      expect(details).toBeTypeOf("object");
      expect(socket.active).toBe(true);
      await waitFor(socket, "connect");
      expect(managerEvents.drain().map(({ event, args }) => [event, args[0]])).toEqual([
        ["close", "transport close"],
        ["reconnect_attempt", 1],
        ["reconnect", 1],
      ]);
    },
  },

  "by a missing heartbeat": {
    options: { pingInterval: 100, pingTimeout: 200 },
    proxied: true,
    async run({ connect, stall }) {
      const socket = connect("/", { reconnection: false });
      await waitFor(socket, "connect");
      const lost = waitFor(socket, "disconnect");
      await stall();
      expect((await lost)[0]).toBe("ping timeout");
    },
  },
};
