import {
  io as connect,
  type ManagerOptions,
  type Socket,
  type SocketOptions,
} from "published-socket.io-client";
import { waitFor } from "testkit";
import { expect, onTestFinished, test } from "vitest";
import type { Start } from "./remote.js";

type Options = Partial<ManagerOptions & SocketOptions>;

const OVER: [string, Options][] = [
  ["polling", { transports: ["polling"] }],
  ["WebSocket", { transports: ["websocket"] }],
  ["an upgrade", {}],
];

/**
 * The published client with a whole Socket.IO server on the engine, by `io.bind(engine)`.
 *
 * @param knowsAddress - whether the engine says who the client is
 */
export function socketIoSuite(start: Start, knowsAddress = true): void {
  function client(url: string, options: Options = {}): Socket {
    const socket = connect(url, { forceNew: true, reconnection: false, ...options });
    onTestFinished(() => void socket.disconnect());
    return socket;
  }

  test.each(OVER)("events, acknowledgements and binary over %s", async (over, options) => {
    const { url } = await start({ uses: ["socket.io"] });
    const socket = client(url, { ...options, query: { name: "me" }, extraHeaders: { "x-agent": "tests" } });
    const [hello] = await waitFor(socket, "hello");
    expect(hello).toEqual({
      ...(knowsAddress && { address: "127.0.0.1" }),
      secure: false,
      url: expect.stringContaining("/socket.io/?"),
      name: "me",
      agent: "tests",
    });
    if (over === "an upgrade" && socket.io.engine.transport.name === "polling") {
      await waitFor(socket.io.engine, "upgrade");
    }
    const answer = await socket.emitWithAck("echo", "é", { a: [1, null] }, Buffer.from([1, 2]), [
      Buffer.from([3]),
    ]);
    expect(answer).toBe("é");
    const all = await new Promise((resolve) =>
      socket.emit("echo", Buffer.alloc(50_000, 1), "x".repeat(50_000), (...args: unknown[]) => resolve(args)),
    );
    const [bytes, text] = all as [Buffer, string];
    // Large buffers take long to compare.
    expect(bytes.equals(Buffer.alloc(50_000, 1))).toBe(true);
    expect(text).toBe("x".repeat(50_000));
  });

  test("broadcasts to a room, in order with what is sent to one", async () => {
    const { url } = await start({ uses: ["socket.io"] });
    const sockets = [...OVER, ...OVER].map(([, options]) => client(url, options));
    await Promise.all(sockets.map((socket) => waitFor(socket, "hello")));
    const [first, ...others] = sockets as [Socket, ...Socket[]];
    await Promise.all(sockets.slice(0, 5).map((socket) => socket.emitWithAck("join", "room")));
    const seen: unknown[] = [];
    first.onAny((event, ...args) => seen.push([event, ...args]));
    const heard = others.slice(0, 4).map((socket) => waitFor(socket, "said"));
    const after = waitFor(first, "after");
    first.emit("say", "room", "text", Buffer.from([1, 2, 3]));
    await after;
    expect(seen).toEqual([["said", "text", Buffer.from([1, 2, 3])], ["after"]]);
    for (const args of await Promise.all(heard)) expect(args).toEqual(["text", Buffer.from([1, 2, 3])]);

    const next = others.slice(0, 4).map((socket) => waitFor(socket, "said"));
    first.emit("tell others", "room", 2);
    for (const args of await Promise.all(next)) expect(args).toEqual([2]);
    await first.emitWithAck("echo", 1);
    expect(seen.length).toBe(2);
  });

  test("a middleware that refuses", async () => {
    const { url } = await start({ uses: ["socket.io"] });
    const [error] = await waitFor<[Error]>(client(url, { auth: { token: "no" } }), "connect_error");
    expect(error.message).toBe("refused");
  });

  test("reconnection, and reasons of the end on both sides", async () => {
    const { url, next, call } = await start({ uses: ["socket.io"], options: { pingInterval: 100 } });
    const socket = client(url, { reconnection: true, reconnectionDelay: 10, transports: ["websocket"] });
    await waitFor(socket, "connect");
    const { id } = socket;
    socket.io.engine.close();
    await waitFor(socket, "connect");
    expect(socket.id).not.toBe(id);
    expect(await next("disconnect", id)).toMatchObject({ reason: "transport close" });
    const closed = waitFor(socket, "disconnect");
    await call("close");
    // The packet that says so may not arrive before the connection ends.
    expect((await closed)[0]).toMatch(/^(io server disconnect|transport close)$/);
    expect(await next("disconnect", socket.id)).toMatchObject({ reason: "server shutting down" });
  });
}
