import { waitFor } from "testkit/events";
import { expect } from "vitest";
import { bytes, type Host, plain, type Scenarios } from "./scenario.js";

const ODD_NAMES = ["__proto__", "constructor", "hasOwnProperty", "", "error", "data"];

/** A server that sends back what it is sent, by event or acknowledgement. */
function echo({ io }: Host): void {
  io.on("connection", (peer) => {
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
}

export const events: Scenarios = {
  "carry any number of values, both ways": {
    serve: echo,
    async run({ connect }) {
      const socket = connect();
      const values = [1, "two", null, true, { three: [3, { four: "4é\u2028" }] }, [], ""];
      const back = waitFor(socket, "back");
      socket.emit("back", ...values);
      expect(await back).toEqual(values);
      const message = waitFor(socket, "back");
      socket.emit("back");
      expect(await message).toEqual([]);
    },
  },

  "carry nested binary, both ways and in acknowledgements": {
    serve: echo,
    async run({ connect }) {
      const socket = connect();
      const large = new Uint8Array(70_000).fill(5);
      const sent = [{ a: new Uint8Array([1, 2, 3]).buffer, b: [new Uint8Array([4]), { c: large }] }, "x"];
      const back = waitFor(socket, "back");
      socket.emit("back", ...sent);
      const received = (await back) as [{ a: unknown }];
      expect(bytes(received[0].a)).toEqual([1, 2, 3]);
      expect(plain(received)).toEqual(plain(sent));
      const acknowledged = await socket.emitWithAck("echo", ...sent);
      expect(plain(acknowledged)).toEqual(plain(sent[0]));
    },
  },

  "have `send` as a short form": {
    serve: ({ io, tell }) =>
      io.on("connection", (peer) => peer.on("message", (...args) => tell("message", ...args))),
    async run({ connect, heard }) {
      const socket = connect();
      expect(socket.send("a", 1)).toBe(socket);
      expect(await heard("message")).toEqual(["a", 1]);
    },
  },

  "keep their order, from before the connection on": {
    serve({ io }) {
      const received: number[] = [];
      io.on("connection", (peer) => {
        peer.on("n", (n) => received.push(n));
        peer.on("received", (ack) => ack(received));
      });
    },
    async run({ connect }) {
      const socket = connect();
      for (let n = 0; n < 100; n++) socket.emit("n", n);
      expect(socket.sendBuffer.length).toBe(100);
      socket.on("connect", () => {
        for (let n = 100; n < 200; n++) socket.emit("n", n);
      });
      await waitFor(socket, "connect");
      expect(await socket.emitWithAck("received")).toEqual(Array.from({ length: 200 }, (_, n) => n));
    },
  },

  "of reserved names are refused": {
    async run({ connect }) {
      const socket = connect("/", { autoConnect: false });
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
    },
  },

  "of odd names arrive": {
    serve: ({ io, tell }) =>
      io.on("connection", (peer) => {
        for (const name of ODD_NAMES) {
          peer.on(name, (...args) => {
            tell("arrived", name, ...args);
            peer.emit(name, 2);
          });
        }
      }),
    async run({ connect, heard }) {
      const socket = connect();
      for (const name of ODD_NAMES) {
        const returned = waitFor(socket, name);
        socket.emit(name, 1);
        expect(await heard("arrived")).toEqual([name, 1]);
        expect(await returned).toEqual([2]);
      }
    },
  },
};

export const acknowledgements: Scenarios = {
  "of the server": {
    serve: echo,
    async run({ connect }) {
      const socket = connect();
      const answer = await new Promise((resolve) =>
        socket.emit("echo", 1, "2", (...args: unknown[]) => resolve(args)),
      );
      expect(answer).toEqual([1, "2"]);
      expect(await socket.emitWithAck("echo", { a: 1 })).toEqual({ a: 1 });
      const timed = await new Promise((resolve) =>
        socket.timeout(5000).emit("echo", 3, (...args: unknown[]) => resolve(args)),
      );
      expect(timed).toEqual([null, 3]);
    },
  },

  "of the client": {
    serve: echo,
    async run({ connect }) {
      const socket = connect();
      socket.on("question", (value, ack) => {
        ack({ value, bin: new Uint8Array([120]) });
        ack("a second answer is not sent");
      });
      const answer = waitFor(socket, "answer");
      socket.emit("ask");
      expect(plain(await answer)).toEqual([{ value: 1, bin: [120] }]);
    },
  },

  "that never come end with an error, in time": {
    async run({ connect }) {
      const socket = connect();
      const expected = { message: "operation has timed out", code: "ERR_ACK_TIMEOUT" };
      await expect(socket.timeout(20).emitWithAck("unknown")).rejects.toMatchObject(expected);
      const error = await new Promise((resolve) => socket.timeout(20).emit("unknown", resolve));
      expect(error).toMatchObject(expected);
      const patient = connect("/", { ackTimeout: 20 });
      await expect(patient.emitWithAck("unknown")).rejects.toMatchObject(expected);
    },
  },

  "that time out before the connection take their event along": {
    async run({ connect }) {
      const socket = connect("/", { autoConnect: false });
      socket.emit("kept", () => {});
      await expect(socket.timeout(10).emitWithAck("gone")).rejects.toThrow("operation has timed out");
      expect(socket.sendBuffer.map(({ data }) => data[0])).toEqual(["kept"]);
    },
  },

  "that the end of the connection prevents": {
    async run({ connect }) {
      const socket = connect();
      await waitFor(socket, "connect");
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
    },
  },

  "are not left behind by events of a later connection": {
    serve: echo,
    async run({ connect }) {
      let ack: ((...args: unknown[]) => void) | undefined;
      const socket = connect();
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
    },
  },
};

export const modifiers: Scenarios = {
  "volatile drops what cannot be sent now": {
    serve: echo,
    async run({ connect }) {
      const socket = connect();
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
    },
  },

  "hold for one event only, also when that one is refused": {
    serve: echo,
    async run({ connect }) {
      const socket = connect("/", { autoConnect: false });
      expect(() => socket.volatile.compress(false).emit("connect")).toThrow();
      socket.emit("back");
      socket.compress(false).emit("back", 1);
      expect(socket.sendBuffer.map((packet) => packet.options)).toEqual([undefined, { compress: false }]);
      const both = waitFor(socket, "back", { filter: (n) => n === 1 });
      socket.connect();
      await both;
    },
  },
};

export const catchAll: Scenarios = {
  "see what arrives and what is sent": {
    serve: echo,
    async run({ connect }) {
      const socket = connect();
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
    },
  },

  "can be removed, one or all": {
    async run({ connect }) {
      const socket = connect("/", { autoConnect: false });
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
    },
  },
};
