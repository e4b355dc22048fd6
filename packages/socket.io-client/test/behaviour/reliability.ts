import { collect, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import type { Socket } from "../../src/index.js";
import { type Running, type ServerClass, start } from "../support/start.js";

export function reliabilityBehaviour(ServerImpl: ServerClass, options: { transports?: string[] }): void {
  const run = (serverOptions = {}): Promise<Running> => start(ServerImpl, options, serverOptions);

  describe("reconnection", () => {
    it("survives a restart of the server; what was emitted meanwhile arrives in order", async () => {
      const server = await run();
      const socket = server.connect();
      await waitFor(socket, "connect");
      const lost = waitFor(socket, "disconnect");
      await server.kill();
      expect(["transport close", "transport error"]).toContain((await lost)[0]);
      await waitFor(socket, "connect_error");
      for (let n = 0; n < 5; n++) socket.emit("n", n);
      const received: unknown[] = [];
      const complete = new Promise<void>((resolve) => {
        const setUp = (io: Running["io"]) => {
          io.on("connection", (peer) => {
            peer.on("n", (n) => received.push(n) === 5 && resolve());
          });
        };
        void server.restart(setUp);
      });
      await waitFor(socket, "connect");
      await complete;
      expect(received).toEqual([0, 1, 2, 3, 4]);
      expect(socket.io._reconnecting).toBe(false);
    });

    it("starts with the first attempt, when the server comes up later", async () => {
      const server = await run();
      await server.kill();
      const socket = server.connect();
      const events = collect(socket.io, "error", "reconnect_attempt", "reconnect_error", "reconnect");
      const [error] = (await waitFor(socket, "connect_error")) as [Error];
      expect(error).toBeInstanceOf(Error);
      expect([socket.active, socket.io._reconnecting]).toEqual([true, true]);
      await waitFor(socket.io, "reconnect_error");
      await server.restart();
      await waitFor(socket.io, "reconnect");
      expect(events.all.slice(0, 4).map(({ event }) => event)).toEqual([
        "error",
        "reconnect_attempt",
        "error",
        "reconnect_error",
      ]);
      expect(events.all.at(-1)?.args[0]).toBeGreaterThan(0);
    });

    it("gives up after the attempts allowed, and starts over when asked", async () => {
      const server = await run();
      await server.kill();
      const socket = server.connect("/", { reconnectionAttempts: 2, reconnectionDelay: 1 });
      const events = collect(socket.io, "reconnect_attempt", "reconnect_error", "reconnect_failed");
      const expected = [
        ["reconnect_attempt", 1],
        ["reconnect_error", expect.any(Error)],
        ["reconnect_attempt", 2],
        ["reconnect_failed", undefined],
        ["reconnect_error", expect.any(Error)],
      ];
      const took = await events.take(5);
      expect(took.map(({ event, args }) => [event, args[0]])).toEqual(expected);
      expect([socket.active, socket.io._reconnecting, socket.io._readyState]).toEqual([
        true,
        false,
        "closed",
      ]);
      await server.restart();
      socket.connect();
      await waitFor(socket, "connect");
    });

    it("does not happen when switched off, at once or later", async () => {
      const server = await run();
      await server.kill();
      const socket = server.connect("/", { reconnection: false });
      await waitFor(socket, "connect_error");
      expect([socket.io._reconnecting, socket.io._readyState]).toEqual([false, "closed"]);
      const other = server.connect();
      await waitFor(other, "connect_error");
      other.io.reconnection(false);
      expect(other.io._reconnecting).toBe(true);
      const attempts = collect(other.io, "reconnect_attempt");
      await waitFor(
        server.connect("/", { reconnectionDelayMax: 100, reconnectionDelay: 100 }).io,
        "reconnect_attempt",
      );
      expect([other.io._reconnecting, attempts.size]).toEqual([false, 0]);
    });

    it("stops when the socket is disconnected meanwhile", async () => {
      const server = await run();
      await server.kill();
      const socket = server.connect();
      const attempts = collect(socket.io, "reconnect_attempt");
      const closed = waitFor(socket.io, "close");
      socket.once("connect_error", () => socket.disconnect());
      expect((await closed)[0]).toBe("forced close");
      await waitFor(server.connect().io, "reconnect_attempt");
      expect([attempts.size, socket.io._readyState, socket.io._reconnecting]).toEqual([0, "closed", false]);
    });

    it("is not entered by open(callback), which reports instead", async () => {
      const server = await run();
      const { io: manager } = server.connect("/", { autoConnect: false });
      await new Promise<void>((resolve) => {
        manager.open((error) => {
          expect(error).toBeUndefined();
          resolve();
        });
      });
      manager._close();
      await server.kill();
      const error = await new Promise((resolve) => manager.open(resolve));
      expect(error).toBeInstanceOf(Error);
      expect([manager._readyState, manager._reconnecting]).toEqual(["closed", false]);
    });

    it("takes the options as they are by then", async () => {
      const server = await run();
      const peers = collect(server.io, "connection");
      const socket = server.connect("/", { query: { n: "1" } });
      await waitFor(socket, "connect");
      socket.io.opts.query = { n: "2" };
      socket.io.engine.close();
      const queries = (await peers.take(2)).map(
        ({ args: [peer] }) => (peer as { handshake: { query: { n: string } } }).handshake.query.n,
      );
      expect(queries).toEqual(["1", "2"]);
    });

    it("gives up an attempt after the timeout", async () => {
      const server = await run({ allowRequest: () => {} });
      const socket = server.connect("/", { timeout: 20, reconnection: false });
      const [error] = (await waitFor(socket, "connect_error")) as [Error];
      expect(error).toMatchObject({ message: "timeout", code: "ERR_CONNECT_TIMEOUT" });
      expect(socket.io._readyState).toBe("closed");
    });
  });

  describe("retries", () => {
    it("send again, in order, until acknowledged", async () => {
      const server = await run();
      const received: unknown[] = [];
      server.io.on("connection", (peer) => {
        peer.onAny((...args) => {
          const ack = args.pop();
          received.push(args[0]);
          if (received.length > 2) ack("done", args[0]);
        });
      });
      const socket = server.connect("/", { retries: 100 });
      const first = new Promise((resolve) =>
        socket.timeout(50).emit("a", (...args: unknown[]) => resolve(args)),
      );
      socket.emit("b");
      expect(await first).toEqual([null, "done", "a"]);
      expect(await socket.emitWithAck("c")).toBe("done");
      expect(received.slice(0, 3)).toEqual(["a", "a", "a"]);
      expect(received.slice(-2)).toEqual(["b", "c"]);
    });

    it("end with an error, and the next event follows", async () => {
      const server = await run();
      const received: unknown[] = [];
      server.io.on("connection", (peer) => {
        peer.on("lost", () => received.push("lost"));
        peer.on("next", (ack) => ack(received));
      });
      const socket = server.connect("/", { retries: 2, ackTimeout: 100 });
      const lost = expect(socket.emitWithAck("lost")).rejects.toThrow("operation has timed out");
      expect(await socket.emitWithAck("next")).toEqual(["lost", "lost", "lost"]);
      await lost;
    });

    it("outlive the connection, also without a timeout", async () => {
      const server = await run();
      let count = 0;
      server.io.on("connection", (peer) => {
        peer.on("twice", (ack) => {
          if (count++) ack("second");
          else peer.conn.close();
        });
      });
      const socket = server.connect("/", { retries: 5 });
      expect(await socket.emitWithAck("twice")).toBe("second");
      expect(count).toBe(2);
    });

    it("leave volatile events out", async () => {
      const server = await run();
      const socket = server.connect("/", { retries: 5, ackTimeout: 50 });
      socket.volatile.emit("dropped");
      const connection = waitFor<[Socket]>(server.io, "connection");
      const [peer] = await connection;
      const seen: unknown[] = [];
      peer.onAny((event, ack) => {
        seen.push(event);
        ack();
      });
      await socket.emitWithAck("kept");
      expect(seen).toEqual(["kept"]);
    });
  });

  describe("recovery", () => {
    it("gets what it missed, before `connect`", async () => {
      const server = await run({ connectionStateRecovery: { maxDisconnectionDuration: 10_000 } });
      const peers = collect(server.io, "connection");
      const socket = server.connect();
      const seen: unknown[] = [];
      socket.onAny((...args) => seen.push(args[0]));
      socket.on("connect", () => seen.push(`connect ${socket.recovered}`));
      const [peer] = (await peers.next()).args as [Socket & { conn: { close(): void } }];
      await waitFor(socket, "connect");
      const { id } = socket;
      const first = waitFor(socket, "first");
      server.io.emit("first");
      await first;
      const gone = waitFor(peer, "disconnect");
      const lost = waitFor(socket, "disconnect");
      peer.conn.close();
      await gone;
      server.io.emit("missed", 1);
      server.io.emit("missed too", 2);
      await lost;
      await waitFor(socket, "connect");
      expect(seen).toEqual(["connect false", "first", "missed", "missed too", "connect true"]);
      expect([socket.recovered, socket.id]).toEqual([true, id]);
    });

    it("is over after a disconnection on purpose", async () => {
      const server = await run({ connectionStateRecovery: {} });
      const socket = server.connect();
      await waitFor(socket, "connect");
      socket.disconnect().connect();
      await waitFor(socket, "connect");
      expect(socket.recovered).toBe(false);
    });
  });

  describe("cookies", () => {
    it("come back with the requests that follow, if credentials are wanted", async () => {
      const server = await run({ cookie: { name: "sticky" } });
      const seen: unknown[] = [];
      server.io.engine.on("headers", (_headers: object, request: { headers: { cookie?: string } }) => {
        seen.push(request.headers.cookie);
      });
      const socket = server.connect("/", { withCredentials: true });
      await waitFor(socket, "connect");
      const { engine } = socket.io;
      if (!options.transports && engine.transport.name === "polling") await waitFor(engine, "upgrade");
      expect(seen.slice(1).every((cookie) => String(cookie).startsWith("sticky="))).toBe(true);
      expect(seen.length).toBeGreaterThan(options.transports?.[0] === "websocket" ? 0 : 1);
    });
  });
}
