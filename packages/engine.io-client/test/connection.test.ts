import { collect, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { Fetch, NodeWebSocket, NodeXHR, Socket, type SocketOptions } from "../src/index.js";
import { closing } from "./support/cleanup.js";
import { deferred } from "./support/deferred.js";
import { SERVERS, type ServerSocket, start } from "./support/servers.js";

const TRANSPORTS: Record<string, SocketOptions> = {
  polling: { transports: ["polling"] },
  "polling by fetch": { transports: [Fetch] },
  websocket: { transports: ["websocket"] },
  "polling with upgrade": { transports: ["polling", "websocket"] },
  default: {},
};

const CASES = Object.entries(SERVERS).flatMap(([server, attach]) =>
  Object.entries(TRANSPORTS).map(([name, opts]) => ({ name: `${name}, ${server}`, attach, opts })),
);

describe.each(CASES)("$name", ({ attach, opts }) => {
  const open = async (more: SocketOptions = {}, server: Parameters<typeof start>[1] = {}) => {
    const running = closing(await start(attach, server));
    const socket = closing(new Socket(running.url, { ...opts, ...more }));
    const messages = collect(socket, "message");
    const next = async () => (await messages.next()).args[0];
    return { ...running, socket, messages, next };
  };

  it("opens, with the id of the session", async () => {
    const { socket, engine } = await open();
    expect(socket.readyState).toBe("opening");
    await waitFor(socket, "open");
    expect(socket.readyState).toBe("open");
    expect(Object.keys(engine.clients)).toEqual([socket.id]);
  });

  it("carries text both ways, in order, whatever was written before the opening", async () => {
    const { socket, messages } = await open();
    const texts = ["first", "", "é☃😀", "x".repeat(200_000), "last"];
    for (const text of texts) socket.send(text);
    const received = await messages.take(texts.length);
    // Protocol: a message without data and one with an empty text look the same.
    expect(received.map(({ args }) => args[0] ?? "")).toEqual(texts);
  });

  it.each([{}, { forceBase64: true }])("carries binary data both ways, %o", async (more) => {
    const { socket, next } = await open(more);
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => i);
    socket.send(bytes);
    socket.send("text between");
    socket.send(bytes.buffer.slice(1, 5));
    socket.send(new DataView(bytes.buffer, 2, 2));
    const first = await next();
    expect(first).toBeInstanceOf(Buffer);
    expect(first).toEqual(Buffer.from(bytes));
    expect(await next()).toBe("text between");
    expect(await next()).toEqual(Buffer.from([1, 2, 3, 4]));
    expect(await next()).toEqual(Buffer.from([2, 3]));
  });

  it("delivers binary data as ArrayBuffer when asked to", async () => {
    const { socket, next } = await open();
    socket.binaryType = "arraybuffer";
    socket.send(Buffer.from([1, 2, 3]));
    const data = (await next()) as ArrayBuffer;
    expect(data).toBeInstanceOf(ArrayBuffer);
    expect([...new Uint8Array(data)]).toEqual([1, 2, 3]);
  });

  it("keeps payloads below the server's limit", async () => {
    const { socket, messages } = await open({}, { options: { maxHttpBufferSize: 1000 } });
    const closed = collect(socket, "close");
    const texts = Array.from({ length: 50 }, (_, i) => `${i}`.padEnd(100, "é"));
    for (const text of texts) socket.send(text);
    expect((await messages.take(50)).map(({ args }) => args[0])).toEqual(texts);
    expect(closed.size).toBe(0);
  });

  it("calls back when a message is handed on, with or without options", async () => {
    const { socket } = await open();
    const called: string[] = [];
    socket.send("a", { compress: false }, () => called.push("a"));
    socket.write("b", null, () => called.push("b"));
    expect(called).toEqual([]);
    await waitFor(socket, "drain");
    expect(called).toEqual(["a", "b"]);
    expect(socket.writeBuffer).toEqual([]);
  });

  it("answers pings, and says so", async () => {
    const { socket } = await open({}, { options: { pingInterval: 40, pingTimeout: 40 } });
    const events = collect(socket, "ping", "pong", "close");
    expect((await events.take(8)).map(({ event }) => event)).toEqual(Array(4).fill(["ping", "pong"]).flat());
  });

  it("closes, and tells the server", async () => {
    const atServer = deferred<unknown[]>();
    const { socket } = await open(
      {},
      { onConnection: (it) => it.on("close", (...args: unknown[]) => atServer.resolve(args)) },
    );
    const closed = collect(socket, "close");
    await waitFor(socket, opts.transports?.[1] ? "upgrade" : "open");
    socket.close();
    expect(socket.readyState).toBe("closed");
    expect(socket.id).toBe(null);
    expect(closed.all).toEqual([{ event: "close", args: ["forced close", undefined] }]);
    expect((await atServer.promise)[0]).toBe("transport close");
    socket.close().send("ignored");
    expect(socket.writeBuffer).toEqual([]);
    expect(closed.all).toHaveLength(1);
  });

  it("sends what was written before it closes, even before the opening", async () => {
    const received: unknown[] = [];
    const atServer = deferred<unknown>();
    const { socket } = await open(
      {},
      {
        onConnection(it) {
          it.on("message", (data: unknown) => received.push(data));
          it.on("close", (reason: unknown) => atServer.resolve(reason));
        },
      },
    );
    for (let i = 0; i < 5; i++) socket.send(`${i}`);
    socket.close();
    expect(socket.readyState).toBe("closing");
    const [reason] = await waitFor(socket, "close");
    expect(reason).toBe("forced close");
    expect(await atServer.promise).toBe("transport close");
    expect(received).toEqual(["0", "1", "2", "3", "4"]);
  });

  it("closes while it opens, without a word", async () => {
    const { socket } = await open();
    const events = collect(socket, "open", "error", "close");
    socket.close();
    expect(events.all).toEqual([{ event: "close", args: ["forced close", undefined] }]);
    expect(socket.readyState).toBe("closed");
  });

  it("learns that the server closed", async () => {
    const accepted = deferred<ServerSocket>();
    const { socket } = await open({}, { onConnection: accepted.resolve });
    await waitFor(socket, opts.transports?.[1] ? "upgrade" : "open");
    const closed = waitFor(socket, "close");
    (await accepted.promise).close();
    const [reason, details] = await closed;
    expect(reason).toBe("transport close");
    expect((details as { description: string }).description).toMatch(
      /^(transport closed by the server|websocket connection closed)$/,
    );
    expect(socket.readyState).toBe("closed");
  });

  it("survives a listener that throws, and so do the messages behind", async () => {
    const { socket, next } = await open();
    await waitFor(socket, opts.transports?.[1] ? "upgrade" : "open");
    const caught: unknown[] = [];
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (err) => caught.push(err));
    const fault = new Error("listener");
    socket.once("message", () => {
      throw fault;
    });
    socket.send("a");
    socket.send("b");
    socket.send("c");
    expect([await next(), await next(), await next()]).toEqual(["a", "b", "c"]);
    process.removeAllListeners("uncaughtException");
    for (const listener of others) process.on("uncaughtException", listener);
    expect(caught).toEqual([fault]);
  });
});

describe("transports", () => {
  const attach = SERVERS["published engine.io"] as (typeof SERVERS)[string];

  it.each([
    [["websocket"], "websocket"],
    [[NodeWebSocket], "websocket"],
    [[NodeXHR], "polling"],
    [["nonsense", "websocket"], "websocket"],
  ] as const)("%o opens with %s", async (transports, name) => {
    const { url } = closing(await start(attach));
    const socket = closing(new Socket(url, { transports }));
    await waitFor(socket, "open");
    expect(socket.transport.name).toBe(name);
  });

  it("leaves what was not sent in the buffer until the close is told", async () => {
    const socket = new Socket("http://127.0.0.1:1").send("one").send("two");
    let left: unknown[] = [];
    socket.on("close", () => {
      left = socket.writeBuffer.map(({ data }) => data);
    });
    await waitFor(socket, "close");
    expect(left).toEqual(["one", "two"]);
    expect(socket.writeBuffer).toEqual([]);
  });

  it("says that there are none", async () => {
    const socket = new Socket("http://127.0.0.1:1", { transports: [] });
    const [err] = await waitFor<[Error & { code: string }]>(socket, "error");
    expect(err.message).toBe("No transports available");
    expect(err.code).toBe("ERR_NO_TRANSPORTS");
    expect(socket.readyState).toBe("closed");
  });

  it("does not connect when closed at once, without transports", async () => {
    const socket = new Socket("http://127.0.0.1:1", { transports: [] });
    const events = collect(socket, "error", "close");
    socket.close();
    await new Promise(setImmediate);
    expect(events.all).toEqual([{ event: "close", args: ["forced close", undefined] }]);
  });
});
