import { collect, waitFor } from "testkit/events";
import { expect } from "vitest";
import type { Host, Scenarios } from "./scenario.js";

export const reconnection: Scenarios = {
  "survives a restart of the server; what was emitted meanwhile arrives in order": {
    serve: ({ io, tell }) => io.on("connection", (peer) => peer.on("n", (n) => tell("n", n))),
    async run({ connect, kill, restart, heard }) {
      const socket = connect();
      await waitFor(socket, "connect");
      const lost = waitFor(socket, "disconnect");
      const failed = waitFor(socket, "connect_error");
      await kill();
      expect(["transport close", "transport error"]).toContain((await lost)[0]);
      await failed;
      for (let n = 0; n < 5; n++) socket.emit("n", n);
      const connected = waitFor(socket, "connect");
      await restart();
      await connected;
      for (let n = 0; n < 5; n++) expect(await heard("n")).toEqual([n]);
      expect(socket.io._reconnecting).toBe(false);
    },
  },

  "starts with the first attempt, when the server comes up later": {
    async run({ connect, kill, restart }) {
      await kill();
      const socket = connect();
      const events = collect(socket.io, "error", "reconnect_attempt", "reconnect_error", "reconnect");
      const retried = waitFor(socket.io, "reconnect_error");
      const reconnected = waitFor(socket.io, "reconnect");
      const [error] = (await waitFor(socket, "connect_error")) as [Error];
      expect(error).toBeInstanceOf(Error);
      expect([socket.active, socket.io._reconnecting]).toEqual([true, true]);
      await retried;
      await restart();
      await reconnected;
      expect(events.all.slice(0, 4).map(({ event }) => event)).toEqual([
        "error",
        "reconnect_attempt",
        "error",
        "reconnect_error",
      ]);
      expect(events.all.at(-1)?.args[0]).toBeGreaterThan(0);
    },
  },

  "gives up after the attempts allowed, and starts over when asked": {
    async run({ connect, kill, restart }) {
      await kill();
      const socket = connect("/", { reconnectionAttempts: 2, reconnectionDelay: 1 });
      const events = collect(socket.io, "reconnect_attempt", "reconnect_error", "reconnect_failed");
      const took = await events.take(5);
      expect(took.map(({ event, args }) => [event, args[0]])).toEqual([
        ["reconnect_attempt", 1],
        ["reconnect_error", expect.any(Error)],
        ["reconnect_attempt", 2],
        ["reconnect_failed", undefined],
        ["reconnect_error", expect.any(Error)],
      ]);
      expect([socket.active, socket.io._reconnecting, socket.io._readyState]).toEqual([
        true,
        false,
        "closed",
      ]);
      await restart();
      socket.connect();
      await waitFor(socket, "connect");
    },
  },

  "does not happen when switched off, at once or later": {
    async run({ connect, kill }) {
      await kill();
      const socket = connect("/", { reconnection: false });
      await waitFor(socket, "connect_error");
      expect([socket.io._reconnecting, socket.io._readyState]).toEqual([false, "closed"]);
      const other = connect();
      await waitFor(other, "connect_error");
      other.io.reconnection(false);
      expect(other.io._reconnecting).toBe(true);
      const attempts = collect(other.io, "reconnect_attempt");
      const longer = connect("/", { reconnectionDelayMax: 100, reconnectionDelay: 100 });
      await waitFor(longer.io, "reconnect_attempt");
      expect([other.io._reconnecting, attempts.size]).toEqual([false, 0]);
    },
  },

  "stops when the socket is disconnected meanwhile": {
    async run({ connect, kill }) {
      await kill();
      const socket = connect();
      const attempts = collect(socket.io, "reconnect_attempt");
      const closed = waitFor(socket.io, "close");
      socket.once("connect_error", () => socket.disconnect());
      expect((await closed)[0]).toBe("forced close");
      await waitFor(connect().io, "reconnect_attempt");
      expect([attempts.size, socket.io._readyState, socket.io._reconnecting]).toEqual([0, "closed", false]);
    },
  },

  "is not entered by open(callback), which reports instead": {
    async run({ connect, kill }) {
      const { io: manager } = connect("/", { autoConnect: false });
      await new Promise<void>((resolve) => {
        manager.open((error) => {
          expect(error).toBeUndefined();
          resolve();
        });
      });
      manager._close();
      await kill();
      const error = await new Promise((resolve) => manager.open(resolve));
      expect(error).toBeInstanceOf(Error);
      expect([manager._readyState, manager._reconnecting]).toEqual(["closed", false]);
    },
  },

  "takes the options as they are by then": {
    serve: ({ io, tell }) => io.on("connection", ({ handshake: { query } }) => tell("n", query.n)),
    async run({ connect, heard }) {
      const socket = connect("/", { query: { n: "1" } });
      await waitFor(socket, "connect");
      socket.io.opts.query = { n: "2" };
      socket.io.engine.close();
      expect([await heard("n"), await heard("n")]).toEqual([["1"], ["2"]]);
    },
  },

  "gives up an attempt after the timeout": {
    options: { allowRequest: () => {} },
    async run({ connect }) {
      const socket = connect("/", { timeout: 20, reconnection: false });
      const [error] = (await waitFor(socket, "connect_error")) as [Error];
      expect(error).toMatchObject({ message: "timeout", code: "ERR_CONNECT_TIMEOUT" });
      expect(socket.io._readyState).toBe("closed");
    },
  },
};

export const retries: Scenarios = {
  "send again, in order, until acknowledged": {
    serve({ io, answer }) {
      const received: unknown[] = [];
      io.on("connection", (peer) => {
        peer.onAny((...args) => {
          const ack = args.pop();
          received.push(args[0]);
          if (received.length > 2) ack("done", args[0]);
        });
      });
      answer("received", () => received);
    },
    async run({ connect, ask }) {
      const socket = connect("/", { retries: 100 });
      const first = new Promise((resolve) =>
        socket.timeout(50).emit("a", (...args: unknown[]) => resolve(args)),
      );
      socket.emit("b");
      expect(await first).toEqual([null, "done", "a"]);
      expect(await socket.emitWithAck("c")).toBe("done");
      const received = await ask<unknown[]>("received");
      expect(received.slice(0, 3)).toEqual(["a", "a", "a"]);
      expect(received.slice(-2)).toEqual(["b", "c"]);
    },
  },

  "end with an error, and the next event follows": {
    serve: ({ io }) =>
      io.on("connection", (peer) => {
        const received: unknown[] = [];
        peer.on("lost", () => received.push("lost"));
        peer.on("next", (ack) => ack(received));
      }),
    async run({ connect }) {
      const socket = connect("/", { retries: 2, ackTimeout: 100 });
      const lost = expect(socket.emitWithAck("lost")).rejects.toThrow("operation has timed out");
      expect(await socket.emitWithAck("next")).toEqual(["lost", "lost", "lost"]);
      await lost;
    },
  },

  "outlive the connection, also without a timeout": {
    serve({ io, answer }) {
      let count = 0;
      io.on("connection", (peer) => {
        peer.on("twice", (ack) => {
          if (count++) ack("second");
          else peer.conn.close();
        });
      });
      answer("count", () => count);
    },
    async run({ connect, ask }) {
      const socket = connect("/", { retries: 5 });
      expect(await socket.emitWithAck("twice")).toBe("second");
      expect(await ask("count")).toBe(2);
    },
  },

  "leave volatile events out": {
    serve: ({ io, tell }) =>
      io.on("connection", (peer) =>
        peer.onAny((event, ack) => {
          tell("event", event);
          ack();
        }),
      ),
    async run({ connect, heard }) {
      const socket = connect("/", { retries: 5, ackTimeout: 1000 });
      socket.volatile.emit("dropped");
      await socket.emitWithAck("kept");
      expect(await heard("event")).toEqual(["kept"]);
    },
  },
};

export const recovery: Scenarios = {
  "gets what it missed, before `connect`": {
    options: { connectionStateRecovery: { maxDisconnectionDuration: 10_000 } },
    serve({ io, answer }) {
      io.once("connection", (peer) => {
        peer.on("disconnect", () => {
          io.emit("missed", 1);
          io.emit("missed too", 2);
        });
        answer("drop", () => void peer.conn.close());
      });
      answer("emit", (event: string) => void io.emit(event));
    },
    async run({ connect, ask }) {
      const socket = connect();
      const seen: unknown[] = [];
      socket.onAny((...args) => seen.push(args[0]));
      socket.on("connect", () => seen.push(`connect ${socket.recovered}`));
      await waitFor(socket, "connect");
      const { id } = socket;
      const first = waitFor(socket, "first");
      await ask("emit", "first");
      await first;
      const back = waitFor(socket, "connect");
      await ask("drop");
      await back;
      expect(seen).toEqual(["connect false", "first", "missed", "missed too", "connect true"]);
      expect([socket.recovered, socket.id]).toEqual([true, id]);
    },
  },

  "is over after a disconnection on purpose": {
    options: { connectionStateRecovery: {} },
    async run({ connect }) {
      const socket = connect();
      await waitFor(socket, "connect");
      socket.disconnect().connect();
      await waitFor(socket, "connect");
      expect(socket.recovered).toBe(false);
    },
  },
};

/** A server that sets a cookie, and tells which cookies came with the requests after the first. */
function sticky({ io, answer }: Host): void {
  const seen: unknown[] = [];
  let id = "";
  io.engine.on("connection", (connection: { id: string }) => {
    id = connection.id;
  });
  io.engine.on("headers", (_headers: object, request: { headers: { cookie?: string } }) => {
    seen.push(request.headers.cookie ?? null);
  });
  answer("cookies", () => ({ own: `sticky=${id}`, seen: seen.slice(1) }));
}

export const cookies: Scenarios = {
  "come back with the requests that follow, if credentials are wanted": {
    options: { cookie: { name: "sticky" } },
    serve: sticky,
    async run({ connect, ask, transports }) {
      const socket = connect("/", { withCredentials: true });
      await waitFor(socket, "connect");
      const { engine } = socket.io;
      if (!transports && engine.transport.name === "polling") await waitFor(engine, "upgrade");
      const { own, seen } = await ask<{ own: string; seen: string[] }>("cookies");
      for (const cookie of seen) expect(cookie).toContain(own);
      if (transports?.[0] === "polling") expect(seen.length).toBeGreaterThan(0);
    },
  },
};
