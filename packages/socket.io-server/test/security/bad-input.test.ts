import { openSocketIo, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { Socket } from "../../src/index.js";
import { implementations, type Started, start, turn } from "../support/start.js";
import { collectUncaught } from "../support/uncaught.js";

let started: Started | undefined;
afterEach(() => started?.close());

async function connected() {
  started = await start();
  const client = started.connect();
  const [socket] = await waitFor<[Socket]>(started.io, "connection");
  return { ...started, client, socket };
}

describe("auth payloads", () => {
  test.each([
    ["a prototype", '{"__proto__":{"admin":true}}'],
    ["names of Object.prototype", '{"constructor":1,"hasOwnProperty":2,"toString":3}'],
    ["nothing", "{}"],
  ])("%s is what it is, and changes no other object", async (_name, auth) => {
    started = await start();
    const client = await openSocketIo(started.url);
    const other = waitFor<[Socket]>(started.io.of("/other"), "connection");
    client.send(`0/other,${auth}`);
    const [socket] = await other;
    expect(JSON.stringify(socket.handshake.auth)).toBe(auth);
    expect(Object.keys(socket.handshake.auth)).toEqual(Object.keys(JSON.parse(auth)));
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
    client.close();
  });

  test.each(['"a"', "[1]", "true"])("%s is no auth payload: the connection is closed", async (auth) => {
    started = await start();
    const client = await openSocketIo(started.url);
    client.send(`0/other,${auth}`);
    await client.wire.closed();
  });
});

describe("namespace names", () => {
  test.each(["/__proto__", "/constructor", "/a b", "/ü", "/a//b", "/?x", "//"])(
    "%s is refused as any other that does not exist",
    async (name) => {
      started = await start();
      const client = await openSocketIo(started.url);
      client.send(`0${name},`);
      expect(await client.packets.next()).toContain('{"message":"Invalid namespace"}');
      expect([...started.io._nsps.keys()]).toEqual(["/"]);
      client.close();
    },
  );
});

describe("room names", () => {
  test.each<[string, unknown]>([
    ["a number", 12],
    ["an object", { id: 1 }],
    ["a symbol", Symbol("room")],
    ["null", null],
    ["undefined", undefined],
    ["an empty string", ""],
    ["__proto__", "__proto__"],
    ["a long string", "x".repeat(1_000_000)],
  ])("%s is a room, as published", async (_name, room) => {
    for (const Implementation of [implementations.published, implementations.ours]) {
      started = await start({}, Implementation);
      const { io } = started;
      const client = started.connect();
      const [socket] = await waitFor<[Socket]>(io, "connection");
      const name = room as string;
      socket.join(name);
      const got = waitFor(client, "hello");
      io.to(name).emit("hello");
      await got;
      expect([...socket.rooms]).toEqual([socket.id, room]);
      expect(io.sockets.adapter.rooms.get(name)?.size).toBe(1);
      socket.leave(name);
      expect(io.sockets.adapter.rooms.has(name)).toBe(false);
      await started.close();
    }
  });
});

describe("acknowledgements", () => {
  test("called twice, late, or after the end do nothing", async () => {
    const { client, socket } = await connected();
    let kept = (_answer: unknown): void => {};
    socket.on("ask", (callback) => {
      kept = callback;
      callback(1);
      callback(2);
    });
    expect(await client.emitWithAck("ask")).toBe(1);
    const gone = waitFor(socket, "disconnect");
    client.disconnect();
    await gone;
    await collectUncaught(async (uncaught) => {
      kept(3);
      await turn();
      expect(uncaught.size).toBe(0);
    });
  });

  test("a client that expects none, and one that sends a function's place as data", async () => {
    const { client, socket } = await connected();
    const heard = waitFor(socket, "ask");
    client.emit("ask", 1);
    expect(await heard).toEqual([1]);
  });
});

describe("functions of the application that fail", () => {
  const fail = () => {
    throw new Error("on purpose");
  };
  const failLater = async () => {
    await turn();
    fail();
  };

  test.each<[string, (started: Started, failing: () => unknown) => void]>([
    ["in a listener", ({ io }, failing) => io.on("connection", (socket) => void socket.on("hello", failing))],
    [
      "in a catch-all listener",
      ({ io }, failing) => io.on("connection", (socket) => void socket.onAny(failing)),
    ],
    [
      "in a middleware of the socket",
      ({ io }, failing) => io.on("connection", (socket) => void socket.on("error", () => {}).use(failing)),
    ],
    [
      "in an ack callback",
      ({ io }, failing) => io.on("connection", (socket) => void socket.emit("ask", failing)),
    ],
    [
      "in disconnecting",
      ({ io }, failing) => io.on("connection", (socket) => void socket.on("disconnecting", failing)),
    ],
    [
      "in disconnect",
      ({ io }, failing) => io.on("connection", (socket) => void socket.on("disconnect", failing)),
    ],
  ])("%s: the server lives, the socket ends as any other, and others are untouched", async (_name, arm) => {
    for (const failing of [fail, failLater]) {
      started = await start();
      const { io, connect } = started;
      arm(started, failing);
      await collectUncaught(async () => {
        const client = connect();
        client.on("ask", (callback) => callback());
        const [socket] = await waitFor<[Socket]>(io, "connection");
        client.emit("hello");
        const gone = new Promise((resolve) => socket.prependListener("disconnect", resolve));
        await turn();
        client.disconnect();
        await gone;
        await turn();
        expect(io.sockets.sockets.size).toBe(0);
        await waitFor(connect(), "connect");
        expect(io.sockets.sockets.size).toBe(1);
        await started?.close();
        await turn();
      });
    }
  });

  test("in a middleware of the namespace: the client is refused", async () => {
    for (const failing of [fail, failLater]) {
      started = await start();
      started.io.use(failing);
      expect((await waitFor<[Error]>(started.connect(), "connect_error"))[0].message).toBe("on purpose");
      await started.close();
    }
  });
});
