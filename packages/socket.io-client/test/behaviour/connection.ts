import { collect, startFaultProxy, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { io, type Socket } from "../../src/index.js";
import { onEnd, type Running, type ServerClass, start } from "../support/start.js";

type Transports = { transports?: string[] };

export function connectionBehaviour(ServerImpl: ServerClass, options: Transports): void {
  const run = (serverOptions = {}): Promise<Running> => start(ServerImpl, options, serverOptions);

  describe("connecting", () => {
    it("has the server's id while connected", async () => {
      const server = await run();
      const connection = waitFor(server.io, "connection");
      const socket = server.connect();
      expect([socket.connected, socket.disconnected, socket.active, socket.id]).toEqual([
        false,
        true,
        true,
        undefined,
      ]);
      await waitFor(socket, "connect");
      const [peer] = (await connection) as [{ id: string }];
      expect([socket.connected, socket.disconnected, socket.id]).toEqual([true, false, peer.id]);
      expect(socket.recovered).toBe(false);
      socket.disconnect();
      expect([socket.connected, socket.active, socket.id]).toEqual([false, false, undefined]);
    });

    it("uses the transports asked for", async () => {
      const server = await run();
      const socket = server.connect();
      await waitFor(socket, "connect");
      const { engine } = socket.io;
      const expected = options.transports?.[0] ?? "websocket";
      if (engine.transport.name !== expected) await waitFor(engine, "upgrade");
      expect(engine.transport.name).toBe(expected);
    });

    it("shares a connection between namespaces", async () => {
      const server = await run();
      for (const nsp of ["/a", "/b"]) server.io.of(nsp).on("connection", (peer) => peer.emit("here", nsp));
      const a = server.connect("/a");
      const b = a.io.socket("/b");
      const both = await Promise.all([waitFor(a, "here"), waitFor(b, "here")]);
      expect(both).toEqual([["/a"], ["/b"]]);
      expect(server.io.engine.clientsCount).toBe(1);
      a.disconnect();
      b.emit("still there");
      expect(b.connected).toBe(true);
      expect(b.io.socket("/b")).toBe(b);
    });

    it("waits for connect() without autoConnect", async () => {
      const server = await run();
      const socket = server.connect("/", { autoConnect: false });
      expect([socket.active, socket.io._readyState]).toEqual([false, "closed"]);
      socket.emit("early");
      const connection = waitFor<[Socket]>(server.io, "connection");
      socket.connect();
      const [peer] = await connection;
      await waitFor(peer, "early");
    });

    it("joins once, however often connect() is called", async () => {
      const server = await run();
      let joined = 0;
      server.io.use((_peer, next) => {
        joined++;
        next();
      });
      const socket = server.connect();
      socket.io.on("open", () => socket.connect().open());
      await waitFor(socket, "connect");
      socket.connect();
      expect(
        await socket
          .timeout(1000)
          .emitWithAck("nobody answers")
          .catch((error) => error.code),
      ).toBe("ERR_ACK_TIMEOUT");
      expect(joined).toBe(1);
    });

    it("connects again after a disconnection on purpose", async () => {
      const server = await run();
      const socket = server.connect();
      for (let i = 0; i < 3; i++) {
        await waitFor(socket, "connect");
        socket.disconnect().connect();
      }
      await waitFor(socket, "connect");
    });

    it("sends the query of the URL and of the options", async () => {
      const server = await run();
      const connection = waitFor<[{ handshake: { query: object } }]>(server.io.of("/q"), "connection");
      server.connect("/q?a=%20b&c=x=y");
      expect((await connection)[0].handshake.query).toMatchObject({ a: " b", c: "x=y" });
      const second = waitFor<[{ handshake: { query: object } }]>(server.io.of("/q"), "connection");
      server.connect("/q", { query: { token: "é" } });
      expect((await second)[0].handshake.query).toMatchObject({ token: "é" });
    });

    it("answers under another path", async () => {
      const server = await run({ path: "/other" });
      await waitFor(server.connect("/", { path: "/other" }), "connect");
    });
  });

  describe("authentication", () => {
    it("hands `auth` to the server", async () => {
      const server = await run();
      const connection = waitFor<[{ handshake: { auth: object } }]>(server.io, "connection");
      server.connect("/", { auth: { token: "abc" } });
      expect((await connection)[0].handshake.auth).toEqual({ token: "abc" });
    });

    it("asks a function for it, at each connection", async () => {
      const server = await run();
      const peers = collect(server.io, "connection");
      let count = 0;
      const auth = (cb: (data: object) => void) => {
        cb({ count: ++count });
        cb({ count: "a second answer counts for nothing" });
      };
      const socket = server.connect("/", { auth });
      for (const expected of [1, 2]) {
        const { args } = await peers.next();
        const [peer] = args as [{ handshake: { auth: object } }];
        expect(peer.handshake.auth).toEqual({ count: expected });
        if (!socket.connected) await waitFor(socket, "connect");
        socket.io.engine.close();
      }
    });

    it("is refused by middleware, with data, and can try again", async () => {
      const server = await run();
      server.io.use((peer, next) => {
        if (peer.handshake.auth.token === "right") return next();
        next(Object.assign(new Error("not you"), { data: { code: 7, nested: [1] } }));
      });
      const socket = server.connect("/", { auth: { token: "wrong" } });
      const [error] = (await waitFor(socket, "connect_error")) as [Error];
      expect(error).toBeInstanceOf(Error);
      expect(error).toMatchObject({ message: "not you", data: { code: 7, nested: [1] } });
      expect([socket.active, socket.connected]).toEqual([false, false]);
      socket.auth = { token: "right" };
      socket.connect();
      await waitFor(socket, "connect");
    });

    it("is told of a namespace that does not exist, and keeps the others", async () => {
      const server = await run();
      const socket = server.connect();
      const missing = socket.io.socket("/missing");
      const [[error]] = (await Promise.all([
        waitFor(missing, "connect_error"),
        waitFor(socket, "connect"),
      ])) as [[Error], unknown];
      expect(error.message).toBe("Invalid namespace");
      expect([missing.active, socket.active, socket.connected]).toEqual([false, true, true]);
    });
  });

  describe("disconnecting", () => {
    it("from the client", async () => {
      const server = await run();
      const connection = waitFor<[Socket]>(server.io, "connection");
      const socket = server.connect();
      const [peer] = await connection;
      await waitFor(socket, "connect");
      const seen = waitFor(peer, "disconnect");
      const reason = waitFor(socket, "disconnect");
      socket.disconnect();
      expect((await reason)[0]).toBe("io client disconnect");
      expect(["client namespace disconnect", "transport close"]).toContain((await seen)[0]);
      expect(socket.active).toBe(false);
    });

    it("of one namespace leaves the others", async () => {
      const server = await run();
      server.io.of("/a").on("connection", () => {});
      const socket = server.connect();
      const other = socket.io.socket("/a");
      await Promise.all([waitFor(socket, "connect"), waitFor(other, "connect")]);
      other.disconnect();
      expect([other.connected, socket.connected, socket.io._readyState]).toEqual([false, true, "open"]);
      other.connect();
      await waitFor(other, "connect");
    });

    it("by the server, which is for good", async () => {
      const server = await run();
      server.io.on("connection", (peer) => peer.disconnect());
      const socket = server.connect();
      expect((await waitFor(socket, "disconnect"))[0]).toBe("io server disconnect");
      expect([socket.active, socket.id, socket.io._readyState]).toEqual([false, undefined, "closed"]);
    });

    it("by the end of the transport, followed by a reconnection", async () => {
      const server = await run();
      server.io.once("connection", (peer) => peer.conn.close());
      const socket = server.connect();
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
    });

    it("by a missing heartbeat", async () => {
      const server = await run({ pingInterval: 100, pingTimeout: 200 });
      const proxy = await startFaultProxy({ target: server.url });
      onEnd(() => proxy.close());
      const socket = io(proxy.url, { ...options, forceNew: true, reconnection: false });
      onEnd(() => socket.disconnect());
      socket.once("connect", () => proxy.stall("toClient"));
      expect((await waitFor(socket, "disconnect"))[0]).toBe("ping timeout");
    });
  });
}
