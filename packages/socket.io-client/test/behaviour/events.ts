import { collect, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { type Running, type ServerClass, start } from "../support/start.js";

export function eventBehaviour(ServerImpl: ServerClass, options: { transports?: string[] }): void {
  const run = async (): Promise<Running> => {
    const server = await start(ServerImpl, options);
    server.io.on("connection", (peer) => {
      peer.on("echo", (...args) => {
        const ack = args.pop();
        ack(...args);
      });
      peer.on("back", (...args) => peer.emit("back", ...args));
      peer.on("ask", () => {
        peer.timeout(5000).emit("question", 1, (error: Error | null, answer: unknown) => {
          if (!error) peer.emit("answer", answer);
        });
      });
    });
    return server;
  };

  describe("events", () => {
    it("carry any number of values, both ways", async () => {
      const server = await run();
      const socket = server.connect();
      const values = [1, "two", null, true, { three: [3, { four: "4é\u2028" }] }, [], ""];
      const back = waitFor(socket, "back");
      socket.emit("back", ...values);
      expect(await back).toEqual(values);
      const message = waitFor(socket, "back");
      socket.emit("back");
      expect(await message).toEqual([]);
    });

    it("carry nested binary, both ways and in acknowledgements", async () => {
      const server = await run();
      const socket = server.connect();
      const sent = [
        { a: Buffer.from([1, 2, 3]), b: [new Uint8Array([4]), { c: Buffer.alloc(70_000, 5) }] },
        "x",
      ];
      const plain = (value: unknown): unknown =>
        JSON.parse(
          JSON.stringify(value, (_, v) =>
            v?.type === "Buffer" ? v.data : ArrayBuffer.isView(v) ? [...(v as Uint8Array)] : v,
          ),
        );
      const back = waitFor(socket, "back");
      socket.emit("back", ...sent);
      const received = (await back) as [{ a: Uint8Array }];
      expect(received[0].a).toBeInstanceOf(Uint8Array);
      expect(plain(received)).toEqual(plain(sent));
      const acknowledged = await socket.emitWithAck("echo", ...sent);
      expect(plain(acknowledged)).toEqual(plain(sent[0]));
    });

    it("have `send` as a short form", async () => {
      const server = await run();
      const connection = waitFor(server.io, "connection");
      const socket = server.connect();
      const [peer] = (await connection) as [object];
      const message = waitFor(peer, "message");
      expect(socket.send("a", 1)).toBe(socket);
      expect(await message).toEqual(["a", 1]);
    });

    it("keep their order, from before the connection on", async () => {
      const server = await run();
      const received: number[] = [];
      server.io.on("connection", (peer) => peer.on("n", (n) => received.push(n)));
      const socket = server.connect();
      for (let n = 0; n < 100; n++) socket.emit("n", n);
      expect(socket.sendBuffer.length).toBe(100);
      socket.on("connect", () => {
        for (let n = 100; n < 200; n++) socket.emit("n", n);
      });
      await waitFor(socket, "connect");
      await socket.emitWithAck("echo", 0);
      expect(received).toEqual(Array.from({ length: 200 }, (_, n) => n));
    });

    it("of reserved names are refused", async () => {
      const server = await run();
      const socket = server.connect("/", { autoConnect: false });
      for (const name of [
        "connect",
        "connect_error",
        "disconnect",
        "disconnecting",
        "newListener",
        "removeListener",
      ]) {
        const expected = { message: `"${name}" is a reserved event name`, code: "ERR_RESERVED_EVENT" };
        expect(() => socket.emit(name)).toThrow(expect.objectContaining(expected));
      }
    });

    it("of odd names arrive", async () => {
      const server = await run();
      const socket = server.connect();
      for (const name of ["__proto__", "constructor", "hasOwnProperty", "", "error", "data"]) {
        const connection = [...server.io.sockets.sockets.values()][0];
        if (!connection) await waitFor(socket, "connect");
        const [peer] = [...server.io.sockets.sockets.values()];
        const arrived = waitFor(peer as object, name);
        socket.emit(name, 1);
        expect(await arrived).toEqual([1]);
        const returned = waitFor(socket, name);
        peer?.emit(name, 2);
        expect(await returned).toEqual([2]);
      }
    });
  });

  describe("acknowledgements", () => {
    it("of the server", async () => {
      const server = await run();
      const socket = server.connect();
      const answer = await new Promise((resolve) =>
        socket.emit("echo", 1, "2", (...args: unknown[]) => resolve(args)),
      );
      expect(answer).toEqual([1, "2"]);
      expect(await socket.emitWithAck("echo", { a: 1 })).toEqual({ a: 1 });
      const timed = await new Promise((resolve) =>
        socket.timeout(1000).emit("echo", 3, (...args: unknown[]) => resolve(args)),
      );
      expect(timed).toEqual([null, 3]);
    });

    it("of the client", async () => {
      const server = await run();
      const socket = server.connect();
      socket.on("question", (value, ack) => {
        ack({ value, bin: Buffer.from("x") });
        ack("a second answer is not sent");
      });
      const answer = waitFor(socket, "answer");
      socket.emit("ask");
      expect(await answer).toEqual([{ value: 1, bin: Buffer.from("x") }]);
    });

    it("that never come end with an error, in time", async () => {
      const server = await run();
      const socket = server.connect();
      const expected = { message: "operation has timed out", code: "ERR_ACK_TIMEOUT" };
      await expect(socket.timeout(20).emitWithAck("unknown")).rejects.toMatchObject(expected);
      const error = await new Promise((resolve) => socket.timeout(20).emit("unknown", resolve));
      expect(error).toMatchObject(expected);
      const patient = server.connect("/", { ackTimeout: 20 });
      await expect(patient.emitWithAck("unknown")).rejects.toMatchObject(expected);
    });

    it("that time out before the connection take their event along", async () => {
      const socket = (await run()).connect("/", { autoConnect: false });
      socket.emit("kept", () => {});
      await expect(socket.timeout(10).emitWithAck("gone")).rejects.toThrow("operation has timed out");
      expect(socket.sendBuffer.map(({ data }) => data[0])).toEqual(["kept"]);
    });

    it("that the end of the connection prevents", async () => {
      const server = await run();
      const socket = server.connect();
      await waitFor(socket, "connect");
      const silent = collect(server.io, "never");
      let called = false;
      socket.emit("unknown", () => {
        called = true;
      });
      const expected = { message: "socket has been disconnected", code: "ERR_SOCKET_DISCONNECTED" };
      const errors = Promise.all([
        expect(socket.emitWithAck("unknown")).rejects.toMatchObject(expected),
        expect(socket.timeout(10_000).emitWithAck("unknown")).rejects.toMatchObject(expected),
      ]);
      socket.disconnect();
      await errors;
      expect(called).toBe(false);
      expect(silent.size).toBe(0);
    });

    it("are not left behind by events of a later connection", async () => {
      const server = await run();
      let ack: ((...args: unknown[]) => void) | undefined;
      const socket = server.connect();
      socket.on("question", (_value, reply) => {
        if (ack) return reply("new");
        ack = reply;
        socket.disconnect().connect();
      });
      socket.emit("ask");
      await waitFor(socket, "disconnect");
      await waitFor(socket, "connect");
      const answer = waitFor(socket, "answer");
      ack?.("stale");
      socket.emit("ask");
      expect(await answer).toEqual(["new"]);
    });
  });

  describe("modifiers", () => {
    it("volatile drops what cannot be sent now", async () => {
      const server = await run();
      const socket = server.connect();
      const seen: unknown[] = [];
      socket.onAnyOutgoing((...args) => seen.push(args));
      socket.volatile.emit("back", "too early");
      socket.emit("back", "kept");
      expect(socket.sendBuffer.length).toBe(1);
      await waitFor(socket, "back");
      const back = waitFor(socket, "back");
      while (!socket.io.engine.transport.writable) await waitFor(socket.io.engine, "drain");
      socket.volatile.emit("back", "now");
      expect(await back).toEqual(["now"]);
      expect(seen).toEqual([
        ["back", "kept"],
        ["back", "now"],
      ]);
    });

    it("hold for one event only, also when that one is refused", async () => {
      const server = await run();
      const socket = server.connect("/", { autoConnect: false });
      expect(() => socket.volatile.compress(false).emit("connect")).toThrow();
      socket.emit("back");
      socket.compress(false).emit("back");
      expect(socket.sendBuffer.map((packet) => packet.options)).toEqual([undefined, { compress: false }]);
      const back = collect(socket, "back");
      socket.connect();
      await back.take(2);
    });
  });

  describe("catch-all listeners", () => {
    it("see what arrives and what is sent", async () => {
      const server = await run();
      const socket = server.connect();
      const seen: unknown[] = [];
      socket.onAny((...args) => seen.push(["in", ...args]));
      socket.prependAny((event) => seen.push(["first", event]));
      socket.onAnyOutgoing((...args) => seen.push(["out", ...args]));
      socket.prependAnyOutgoing((event) => seen.push(["first out", event]));
      expect([socket.listenersAny().length, socket.listenersAnyOutgoing().length]).toEqual([2, 2]);
      const back = waitFor(socket, "back");
      socket.emit("back", 1);
      await back;
      expect(seen).toEqual([
        ["first out", "back"],
        ["out", "back", 1],
        ["first", "back"],
        ["in", "back", 1],
      ]);
    });

    it("can be removed, one or all", async () => {
      const socket = (await run()).connect("/", { autoConnect: false });
      const [a, b] = [() => {}, () => {}];
      socket
        .onAny(a)
        .onAny(b)
        .offAny(a)
        .offAny(() => {});
      expect(socket.listenersAny()).toEqual([b]);
      expect(socket.offAny().listenersAny()).toEqual([]);
      socket.onAnyOutgoing(a).onAnyOutgoing(b).offAnyOutgoing(b);
      expect(socket.listenersAnyOutgoing()).toEqual([a]);
      expect(socket.offAnyOutgoing().listenersAnyOutgoing()).toEqual([]);
    });
  });
}
