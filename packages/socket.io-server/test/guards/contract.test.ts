import { openSocketIo, Queue, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { Contract, ErrorContext, ServerOptions, Socket, StandardSchema } from "../../src/index.js";
import { type Started, start, turn } from "../support/start.js";
import { collectUncaught } from "../support/uncaught.js";

let started: Started | undefined;
afterEach(() => started?.close());

function schema<Output>(
  validate: StandardSchema<Output>["~standard"]["validate"],
): StandardSchema<Output, Output> {
  return { "~standard": { version: 1, vendor: "test", validate } };
}

const number = schema<number>((value) =>
  typeof value === "number" ? { value } : { issues: [{ message: "not a number" }] },
);
const trimmed = schema<string>((value) =>
  typeof value === "string" ? { value: value.trim() } : { issues: [{ message: "not a string" }] },
);
const optional = schema<number | undefined>((value) =>
  value === undefined || typeof value === "number" ? { value } : { issues: [{ message: "not a number" }] },
);
const order = schema<{ item: string }>((value) =>
  typeof (value as { item?: unknown } | null)?.item === "string"
    ? { value: value as { item: string } }
    : { issues: [{ message: "no item", path: ["item", { key: 0 }] }] },
);
const slow = schema<string>(async (value) => {
  await turn();
  return value === "bad" ? { issues: [{ message: "bad" }] } : { value: `${value}!` };
});
const broken = schema<string>(() => {
  throw new Error("secret");
});
const rejecting = schema<string>(() => Promise.reject(new Error("secret")));

const contract = {
  events: {
    order: { args: [order, optional], ack: number },
    text: { args: [trimmed] },
    slow: { args: [slow] },
    broken: { args: [broken] },
    rejecting: { args: [rejecting] },
    nothing: {},
  },
  emits: { ask: { args: [trimmed], ack: number }, later: { ack: slow } },
} satisfies Contract;

async function connected(rules: Contract = contract, options: Partial<ServerOptions> = {}) {
  started = await start(options);
  const { io, connect } = started;
  io.of("/").contract(rules);
  const client = connect();
  const [socket] = await waitFor<[Socket]>(io, "connection");
  const heard = new Queue<unknown[]>("an event");
  socket.onAny((...event) => heard.push(event));
  return { io, client, socket, heard };
}

describe("an event", () => {
  test("that passes is heard as the schemas made it", async () => {
    const { client, socket, heard } = await connected();
    socket.on("order", ({ item }, count, callback) => callback(`${item} ${count}`));
    client.emit("text", "  trim  ");
    client.emit("nothing");
    expect(await heard.take(2)).toEqual([["text", "trim"], ["nothing"]]);
    expect(await client.emitWithAck("order", { item: "a" }, 2)).toBe("a 2");
    expect(await client.emitWithAck("order", { item: "a" })).toBe("a undefined");
  });

  test.each<[string, unknown[], string, unknown[]]>([
    [
      "with a wrong argument",
      ["order", {}, 1],
      "invalid event",
      [{ message: "no item", path: [0, "item", 0] }],
    ],
    [
      "with two wrong arguments",
      ["order", null, "1"],
      "invalid event",
      [
        { message: "no item", path: [0, "item", 0] },
        { message: "not a number", path: [1] },
      ],
    ],
    ["with too few arguments", ["text"], "invalid event", [{ message: "not a string", path: [0] }]],
    [
      "with too many arguments",
      ["text", "a", "b"],
      "invalid event",
      [{ message: "expected 1 arguments, not 2", path: [1] }],
    ],
    ["that takes its time", ["slow", "bad"], "invalid event", [{ message: "bad", path: [0] }]],
    [
      "whose schema throws",
      ["broken", 1],
      "invalid event",
      [{ message: "could not be validated", path: [0] }],
    ],
    [
      "whose schema rejects",
      ["rejecting", 1],
      "invalid event",
      [{ message: "could not be validated", path: [0] }],
    ],
    ["that is unknown", ["other"], "unknown event", [{ message: "unknown event", path: [] }]],
    ["named like a property", ["constructor"], "unknown event", [{ message: "unknown event", path: [] }]],
    ["named __proto__", ["__proto__"], "unknown event", [{ message: "unknown event", path: [] }]],
  ])("%s is refused, and who waits is told", async (_name, [event, ...args], message, issues) => {
    await collectUncaught(async (uncaught) => {
      const { client, heard } = await connected();
      const answer = await client.emitWithAck(event as string, ...args);
      expect(answer).toEqual({ error: { code: "ERR_CONTRACT", message, issues } });
      client.emit(event as string, ...args);
      client.emit("nothing");
      expect(await heard.next()).toEqual(["nothing"]);
      expect([heard.size, uncaught.size]).toEqual([0, 0]);
    });
  });

  test("stays in order, however long its schema takes", async () => {
    const { client, heard } = await connected();
    for (const text of ["1", "2"]) {
      client.emit("slow", text);
      client.emit("text", text);
    }
    expect(await heard.take(4)).toEqual([
      ["slow", "1!"],
      ["text", "1"],
      ["slow", "2!"],
      ["text", "2"],
    ]);
    client.emit("text", "at once again");
    expect(await heard.next()).toEqual(["text", "at once again"]);
  });

  test("that is unknown is heard with allowUnknown, and without events", async () => {
    const lax = await connected({ ...contract, allowUnknown: true });
    lax.client.emit("other", 1);
    expect(await lax.heard.next()).toEqual(["other", 1]);
    await started?.close();
    const none = await connected({});
    none.client.emit("other", 1);
    expect(await none.heard.next()).toEqual(["other", 1]);
  });

  test("that is refused is reported", async () => {
    const reports = new Queue<[Error, ErrorContext]>("a report");
    const onError = (error: unknown, context: ErrorContext) => reports.push([error as Error, context]);
    const { client, socket } = await connected(contract, { onError });
    client.emit("text", 1);
    const [error, context] = await reports.next();
    expect(error).toMatchObject({ code: "ERR_CONTRACT", issues: [{ path: [0] }] });
    expect(context).toMatchObject({ code: "ERR_CONTRACT", kind: "contract", event: "text", args: [1] });
    expect(context.socket).toBe(socket);
  });
});

describe("an acknowledgement of a client", () => {
  test("that passes comes as the schema made it", async () => {
    const { client, socket } = await connected();
    client.on("ask", (_text, callback) => callback(42));
    client.on("later", (callback) => callback("done"));
    expect(await socket.emitWithAck("ask", "?")).toBe(42);
    expect(await socket.timeout(1000).emitWithAck("ask", "?")).toBe(42);
    expect(await socket.emitWithAck("later")).toBe("done!");
  });

  test("that does not pass is an error, or nothing", async () => {
    const { client, socket } = await connected();
    client.on("ask", (_text, callback) => callback("42"));
    client.on("later", (callback) => callback("bad"));
    const error = { code: "ERR_CONTRACT", message: "invalid acknowledgement" };
    const plain: unknown[] = [];
    socket.emit("ask", "?", (answer: unknown) => plain.push(answer));
    await expect(socket.emitWithAck("ask", "?")).rejects.toMatchObject(error);
    await expect(socket.timeout(1000).emitWithAck("ask", "?")).rejects.toMatchObject(error);
    await expect(socket.emitWithAck("later")).rejects.toMatchObject(error);
    expect(plain).toEqual([]);
  });

  test("that does not come is an error as ever", async () => {
    const { client, socket } = await connected();
    await expect(socket.timeout(10).emitWithAck("ask", "?")).rejects.toMatchObject({
      code: "ERR_ACK_TIMEOUT",
    });
    const answer = socket.timeout(60_000).emitWithAck("ask", "?");
    client.disconnect();
    await expect(answer).rejects.toMatchObject({ code: "ERR_SOCKET_DISCONNECTED" });
  });
});

describe("auth", () => {
  const token = schema<{ token: string }>((value) => {
    const { token, ...more } = value as { token?: unknown };
    return typeof token === "string" && Object.keys(more).length === 0
      ? { value: { token: token.toUpperCase() } }
      : { issues: [{ message: "no token", path: ["token"] }] };
  });

  test("that passes is what the schema made of it", async () => {
    started = await start();
    started.io.of("/").contract({ auth: token });
    started.connect("/", { auth: { token: "abc" } });
    const [socket] = await waitFor<[Socket]>(started.io, "connection");
    expect(socket.handshake.auth).toEqual({ token: "ABC" });
  });

  test.each([["/"], ["/dynamic-1"]])(
    "that does not pass is refused by %s, before middleware",
    async (name) => {
      started = await start();
      const { io, connect } = started;
      let asked = 0;
      for (const nsp of [io.of("/"), io.of(/^\/dynamic-\d$/)]) {
        nsp.contract({ auth: token });
        nsp.use((_socket, next) => {
          asked++;
          next();
        });
      }
      const [error] = await waitFor<[Error & { data: unknown }]>(
        connect(name, { auth: { id: 1 } }),
        "connect_error",
      );
      expect(error.message).toBe("invalid auth");
      expect(error.data).toEqual({
        code: "ERR_CONTRACT",
        issues: [{ message: "no token", path: ["token"] }],
      });
      expect(asked).toBe(0);
      expect(io.of("/").sockets.size).toBe(0);
    },
  );

  test("does not get in the way of recovery", async () => {
    started = await start({ connectionStateRecovery: {} });
    const { io, url } = started;
    io.of("/").contract({ auth: token });
    const client = await openSocketIo(url, { auth: { token: "abc" } });
    const { sid, pid } = JSON.parse(String(client.connected).slice(1));
    io.emit("first");
    const [, offset] = JSON.parse(String(await client.packets.next()).slice(1));
    const again = await openSocketIo(url, { auth: { token: "abc", pid, offset } });
    expect(JSON.parse(String(again.connected).slice(1)).sid).toBe(sid);
    expect(io.sockets.sockets.get(sid)?.recovered).toBe(true);
    again.close();
  });
});
