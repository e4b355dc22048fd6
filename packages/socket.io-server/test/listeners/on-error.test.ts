import { openSocketIo, Queue, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { ErrorContext, ServerOptions } from "../../src/index.js";
import { Server as OurServer, type Server, type Socket } from "../../src/index.js";
import { implementations, type Started, start, turn } from "../support/start.js";
import { collectUncaught } from "../support/uncaught.js";

let started: Started | undefined;
afterEach(() => started?.close());

interface Report {
  error: Error;
  context: ErrorContext;
}

/** Starts a server whose errors are queued. */
async function startReporting(options: Partial<ServerOptions> = {}) {
  const reports = new Queue<Report>("a report");
  started = await start({
    ...options,
    onError: (error, context) => reports.push({ error: error as Error, context }),
  });
  return { ...started, reports };
}

function fail(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}

function failLater(message: string): () => Promise<never> {
  return async () => {
    await turn();
    throw new Error(message);
  };
}

const ways = [
  ["thrown", fail],
  ["rejected", failLater],
] as const;

/** Makes one thing fail: how, and what its report says beside the namespace. */
const cases: [
  string,
  (io: Server, failing: () => unknown) => void,
  { kind: string; code: string; event?: string; socket: boolean },
][] = [
  [
    "a listener",
    (io, failing) => io.on("connection", (socket) => socket.on("hello", failing)),
    { kind: "event", code: "ERR_EVENT_LISTENER", event: "hello", socket: true },
  ],
  [
    "a catch-all listener",
    (io, failing) => io.on("connection", (socket) => socket.onAny(failing)),
    { kind: "catch-all", code: "ERR_CATCH_ALL_LISTENER", event: "hello", socket: true },
  ],
  [
    "a catch-all listener for what goes out",
    (io, failing) =>
      io.on("connection", (socket) => {
        socket.onAnyOutgoing(failing);
        socket.emit("out");
      }),
    { kind: "catch-all", code: "ERR_CATCH_ALL_LISTENER", event: "out", socket: true },
  ],
  [
    "the callback of an acknowledgement",
    (io, failing) => io.on("connection", (socket) => socket.emit("ask", failing)),
    { kind: "ack", code: "ERR_ACK_CALLBACK", socket: true },
  ],
  [
    "a callback whose time is up",
    (io, failing) => io.on("connection", (socket) => socket.timeout(5).emit("wait", failing)),
    { kind: "ack", code: "ERR_ACK_CALLBACK", socket: true },
  ],
  [
    "the callback of a broadcast",
    (io, failing) => io.on("connection", () => io.timeout(5).emit("wait", failing)),
    { kind: "ack", code: "ERR_ACK_CALLBACK", event: "wait", socket: false },
  ],
  [
    "a connection listener",
    (io, failing) => io.on("connection", failing),
    { kind: "connection", code: "ERR_CONNECTION_LISTENER", event: "connection", socket: true },
  ],
  [
    "a disconnecting listener",
    (io, failing) => io.on("connection", (socket) => socket.on("disconnecting", failing).disconnect()),
    { kind: "disconnecting", code: "ERR_DISCONNECTING_LISTENER", event: "disconnecting", socket: true },
  ],
  [
    "a disconnect listener",
    (io, failing) => io.on("connection", (socket) => socket.on("disconnect", failing).disconnect()),
    { kind: "disconnect", code: "ERR_DISCONNECT_LISTENER", event: "disconnect", socket: true },
  ],
  [
    "an error listener",
    (io, failing) =>
      io.on("connection", (socket) =>
        socket.on("error", failing).use((_event, next) => next(new Error("refused"))),
      ),
    { kind: "error", code: "ERR_ERROR_LISTENER", event: "error", socket: true },
  ],
  [
    "a middleware of the namespace",
    (io, failing) => io.use(failing),
    { kind: "middleware", code: "ERR_MIDDLEWARE", socket: true },
  ],
  [
    "a middleware of the namespace that had called next()",
    (io, failing) =>
      io.use((_socket, next) => {
        next();
        return failing();
      }),
    { kind: "middleware", code: "ERR_MIDDLEWARE", socket: true },
  ],
  [
    "a middleware of the socket",
    (io, failing) => io.on("connection", (socket) => socket.use(failing)),
    { kind: "socket-middleware", code: "ERR_SOCKET_MIDDLEWARE", event: "hello", socket: true },
  ],
  [
    "a new_namespace listener",
    (io, failing) => {
      io.on("new_namespace", failing);
      io.of("/other");
    },
    {
      kind: "new-namespace",
      code: "ERR_NEW_NAMESPACE_LISTENER",
      event: "new_namespace",
      socket: false,
    },
  ],
  [
    "a listener for another server",
    (io, failing) => {
      io.on("from-afar" as never, failing as never);
      io.sockets._onServerSideEmit(["from-afar"]);
    },
    { kind: "server-side-event", code: "ERR_SERVER_SIDE_LISTENER", event: "from-afar", socket: false },
  ],
];

/** A client that acknowledges `ask` and sends `hello`, once it is in. */
async function provoke(url: string): Promise<void> {
  const client = await openSocketIo(url);
  if (!client.connected.startsWith("0")) return;
  client.send('2["hello"]');
  client.send("30[]");
}

describe.each(ways)("%s by", (_way, failing) => {
  test.each(cases)("%s is reported, and nothing is uncaught", async (_name, arrange, expected) => {
    const { io, url, reports } = await startReporting();
    await collectUncaught(async (uncaught) => {
      arrange(io, failing("on purpose"));
      await provoke(url);
      const { error, context } = await reports.next();
      const { socket, nsp, event, kind, code } = context;
      expect(error.message).toBe("on purpose");
      expect({ kind, code, event, socket: socket !== undefined }).toEqual({ event: undefined, ...expected });
      expect(nsp).toBe(kind === "new-namespace" ? io.of("/other") : io.sockets);
      await turn();
      expect(uncaught.size).toBe(0);
    });
  });
});

describe.each(Object.entries(implementations))("without a handler, %s", (_name, Implementation) => {
  test.each(ways)("what was %s by a listener is uncaught", async (_way, failing) => {
    started = await start({}, Implementation);
    const { io, url } = started;
    io.on("connection", (socket) => socket.on("hello", failing("on purpose")));
    await collectUncaught(async (uncaught) => {
      await provoke(url);
      expect((await uncaught.next()).message).toBe("on purpose");
    });
  });
});

describe("ackErrors", () => {
  const generic = { error: { code: "ERR_EVENT_LISTENER", message: "the event could not be handled" } };

  test.each(ways)("answers an event whose listener failed: %s", async (_way, failing) => {
    const { io, connect, reports } = await startReporting({ ackErrors: true });
    io.on("connection", (socket) => socket.on("hello", failing("secret")));
    expect(await connect().emitWithAck("hello", 1)).toEqual(generic);
    expect((await reports.next()).context.args).toEqual([1, expect.any(Function)]);
  });

  test("does not answer twice", async () => {
    const { io, url } = await startReporting({ ackErrors: true });
    io.on("connection", (socket) => {
      socket.on("hello", (callback) => {
        callback("answered");
        throw new Error("too late");
      });
    });
    const client = await openSocketIo(url);
    client.send('21["hello"]');
    client.send('22["hello"]');
    expect(await client.packets.take(2)).toEqual(['31["answered"]', '32["answered"]']);
    client.close();
  });

  test("gives the message of a refusal, not that of a failure of a middleware", async () => {
    const { io, connect, reports } = await startReporting({ ackErrors: true });
    io.on("connection", (socket) => {
      socket.use(([event], next) => {
        if (event === "refused") next(Object.assign(new Error("not you"), { code: "ERR_NOT_YOU" }));
        else throw new Error("secret");
      });
    });
    const client = connect();
    expect(await client.emitWithAck("refused")).toEqual({
      error: { code: "ERR_NOT_YOU", message: "not you" },
    });
    expect(await client.emitWithAck("failed")).toEqual({
      error: { code: "ERR_SOCKET_MIDDLEWARE", message: "the event could not be handled" },
    });
    const messages = (await reports.take(2)).map(({ error }) => error.message);
    expect(messages).toEqual(["not you", "secret"]);
  });

  test("is off unless given", async () => {
    const { io, connect, reports } = await startReporting();
    io.on("connection", (socket) => socket.on("hello", fail("secret")));
    const answer = connect().timeout(50).emitWithAck("hello");
    await reports.next();
    await expect(answer).rejects.toThrow("operation has timed out");
  });
});

test("io.onError() sets the handler, replaces it and takes it away", async () => {
  const reports = new Queue<string>("a report");
  const { io, url } = await startReporting();
  io.onError(() => {
    throw new Error("replaced");
  });
  io.onError((_error, { socket, nsp }) => {
    const { id }: Socket = socket as Socket;
    reports.push(String(nsp.sockets.has(id)));
  });
  io.on("connection", (socket) => socket.on("hello", fail("on purpose")));
  await provoke(url);
  expect(await reports.next()).toBe("true");
  io.onError(undefined);
  await collectUncaught(async (uncaught) => {
    await provoke(url);
    expect((await uncaught.next()).message).toBe("on purpose");
  });
});

test.each(ways)(
  "what the handler itself has %s is uncaught, and the connection stays",
  async (_way, failing) => {
    started = await start({ onError: failing("the handler") });
    const { io, connect } = started;
    const client = connect();
    const [socket] = await waitFor<[Socket]>(io, "connection");
    socket.on("hello", fail("on purpose"));
    socket.on("alive", (callback) => callback("yes"));
    await collectUncaught(async (uncaught) => {
      client.emit("hello");
      expect((await uncaught.next()).message).toBe("the handler");
      expect(await client.emitWithAck("alive")).toBe("yes");
    });
  },
);

test("a handler that is no function is refused", () => {
  expect(() => new OurServer({ onError: "log" as never })).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
  );
});
