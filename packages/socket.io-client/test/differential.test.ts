import { createRequire } from "node:module";
import { Server } from "published-socket.io";
import { describe, expect, it } from "vitest";
import { io as ourIo, type Socket } from "../src/index.js";
import { type ClientOptions, onEnd, type Running, start } from "./support/start.js";

type Io = typeof ourIo;

// Required, since the test runner would import the build for browsers.
const require = createRequire(import.meta.url);
const publishedIo: Io = require("published-socket.io-client");

type Trace = unknown[];
interface Run {
  server: Running;
  trace: Trace;
  /** A client whose every event, and every event of its manager, goes into the trace. */
  connect(nsp?: string, options?: ClientOptions): Socket;
}

const readable = (value: unknown): unknown =>
  value instanceof Error
    ? `Error: ${value.message}`
    : typeof value === "function"
      ? "callback"
      : value && typeof value === "object" && "context" in value
        ? "details"
        : value;

const MANAGER_EVENTS = [
  "open",
  "error",
  "close",
  "reconnect",
  "reconnect_attempt",
  "reconnect_error",
  "reconnect_failed",
] as const;

async function traced(io: Io, transports: string[] | undefined, scenario: (run: Run) => Promise<void>) {
  const server = await start(Server);
  const trace: Trace = [];
  const connect = (nsp = "/", options: ClientOptions = {}) => {
    const all = { forceNew: true, reconnectionDelay: 10, reconnectionDelayMax: 20, transports, ...options };
    const socket = io(server.url + nsp, all as ClientOptions);
    onEnd(() => socket.disconnect());
    for (const event of ["connect", "connect_error", "disconnect"] as const) {
      socket.on(event, (...args: unknown[]) =>
        trace.push([nsp, event, ...args.map(readable), socket.connected, socket.active]),
      );
    }
    for (const event of MANAGER_EVENTS) {
      socket.io.on(event, (...args: unknown[]) =>
        trace.push(["manager", event, ...args.map(readable), socket.io._readyState]),
      );
    }
    socket.onAny((...args: unknown[]) => trace.push([nsp, "in", ...args.map(readable), socket.connected]));
    socket.onAnyOutgoing((...args: unknown[]) => trace.push([nsp, "out", ...args.map(readable)]));
    return socket;
  };
  await scenario({ server, trace, connect });
  return trace;
}

const event = (emitter: Socket | Socket["io"], name: string) =>
  new Promise<void>((resolve) => (emitter as Socket).once(name, () => resolve()));

const scenarios: Record<string, (run: Run) => Promise<void>> = {
  async "a conversation"({ server, trace, connect }) {
    server.io.on("connection", (peer) => {
      peer.emit("welcome", 1);
      peer.on("echo", (value, ack) => ack(value));
    });
    const socket = connect();
    socket.emit("echo", "buffered", (value: unknown) => trace.push(["ack", value]));
    await event(socket, "connect");
    trace.push(await socket.emitWithAck("echo", { b: Buffer.from("x") }));
    trace.push(await socket.timeout(1000).emitWithAck("echo", null));
    socket.disconnect();
  },
  async "two namespaces, one of them refused"({ server, connect }) {
    server.io.of("/no").use((_peer, next) => next(Object.assign(new Error("refused"), { data: { a: 1 } })));
    const socket = connect();
    await event(socket, "connect");
    const refused = socket.io.socket("/no");
    await event(refused, "connect_error");
    socket.disconnect();
  },
  async "a refusal, and a second attempt"({ server, connect }) {
    let first = true;
    server.io.use((_peer, next) => {
      next(first ? new Error("once") : undefined);
      first = false;
    });
    const socket = connect();
    await event(socket, "connect_error");
    socket.connect();
    await event(socket, "connect");
    socket.disconnect();
  },
  async "a disconnection by the server"({ server, connect }) {
    server.io.on("connection", (peer) => peer.disconnect());
    const socket = connect();
    await event(socket, "disconnect");
    socket.connect();
    await event(socket, "disconnect");
  },
  async "the end of the transport"({ server, trace, connect }) {
    server.io.once("connection", (peer) => {
      peer.on("bye", () => peer.conn.close());
    });
    const socket = connect();
    socket.emitWithAck("bye").catch((error) => trace.push(readable(error)));
    await event(socket, "disconnect");
    socket.emit("while away", 1);
    await event(socket.io, "reconnect");
    await event(socket, "connect");
    socket.disconnect();
  },
  async "no server at all"({ server, connect }) {
    await server.kill();
    const socket = connect("/", { reconnectionAttempts: 2, reconnectionDelay: 1, randomizationFactor: 0 });
    await event(socket.io, "reconnect_failed");
    socket.connect();
    await event(socket.io, "reconnect_failed");
  },
  async "no reconnection"({ server, connect }) {
    await server.kill();
    const socket = connect("/", { reconnection: false });
    await event(socket, "connect_error");
    socket.connect();
    await event(socket, "connect_error");
    await new Promise<void>((resolve) => socket.io.open(() => resolve()));
  },
  async retries({ server, trace, connect }) {
    let count = 0;
    server.io.on("connection", (peer) => {
      peer.on("job", (n, ack) => {
        if (++count !== 2) ack(n);
      });
    });
    const socket = connect("/", { retries: 2, ackTimeout: 1000 });
    for (const n of [1, 2, 3]) {
      socket.emit("job", n, (...args: unknown[]) => trace.push(["ack", ...args.map(readable)]));
    }
    await socket.emitWithAck("job", 4);
    socket.disconnect();
  },
  async "retries that run out"({ trace, connect }) {
    const socket = connect("/", { retries: 1, ackTimeout: 30 });
    socket.emit("nobody listens", (error: unknown) => trace.push(readable(error)));
    await socket.emitWithAck("nor here").catch((error) => trace.push(readable(error)));
    socket.disconnect();
  },
};

const transports: [string, string[] | undefined][] = [
  ["polling", ["polling"]],
  ["websocket", ["websocket"]],
];

describe.each(transports)("over %s, both clients see", (_name, names) => {
  it.each(Object.entries(scenarios))("%s", async (_scenario, scenario) => {
    const published = await traced(publishedIo, names, scenario);
    const ours = await traced(ourIo, names, scenario);
    expect(published.length).toBeGreaterThan(2);
    expect(ours).toEqual(published);
  });
});
