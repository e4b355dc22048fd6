import { type } from "arktype";
import { openSocketIo, waitFor } from "testkit";
import * as v from "valibot";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Contract, ErrorContext, Socket } from "../../src/index.js";
import { implementations, type Started, start } from "../support/start.js";

let started: Started | undefined;
afterEach(() => started?.close());

test("published: whatever a client sends is handed on", async () => {
  started = await start({}, implementations.published);
  expect("contract" in started.io.of("/")).toBe(false);
  const client = started.connect("/", { auth: { token: { $gt: "" } } });
  const [socket] = await waitFor<[Socket]>(started.io, "connection");
  expect(socket.handshake.auth).toEqual({ token: { $gt: "" } });
  const heard = waitFor(socket, "order");
  client.emit("order", { item: { $gt: "" } });
  expect(await heard).toEqual([{ item: { $gt: "" } }]);
});

const libraries = {
  zod: {
    auth: z.object({ token: z.string() }),
    events: {
      order: { args: [z.object({ item: z.string(), count: z.number().default(1) })], ack: z.string() },
    },
    emits: { ask: { ack: z.number() } },
  },
  valibot: {
    auth: v.object({ token: v.string() }),
    events: {
      order: { args: [v.object({ item: v.string(), count: v.optional(v.number(), 1) })], ack: v.string() },
    },
    emits: { ask: { ack: v.number() } },
  },
  arktype: {
    auth: type({ token: "string" }),
    events: { order: { args: [type({ item: "string", count: "number = 1" })], ack: type("string") } },
    emits: { ask: { ack: type("number") } },
  },
} satisfies Record<string, Contract>;

describe.each(Object.entries(libraries))("ours, with %s:", (_library, contract: Contract) => {
  async function connected() {
    const reports: [string, ErrorContext][] = [];
    started = await start({
      onError: (error, context) => reports.push([(error as { code: string }).code, context]),
    });
    started.io.of("/").contract(contract);
    const client = started.connect("/", { auth: { token: "abc" } });
    const [socket] = await waitFor<[Socket]>(started.io, "connection");
    return { client, socket, reports };
  }

  test("an event that passes is heard as the schema made it, and is answered", async () => {
    const { client, socket } = await connected();
    socket.on("order", ({ item, count }, callback) => callback(`${count} ${item}`));
    expect(await client.emitWithAck("order", { item: "lamp" })).toBe("1 lamp");
  });

  test("an event that does not pass is refused to its sender, and reported", async () => {
    const { client, socket, reports } = await connected();
    const heard: unknown[] = [];
    socket.on("order", (...args) => heard.push(args));
    const answer = await client.emitWithAck("order", { item: { $gt: "" } });
    expect(answer).toEqual({
      error: {
        code: "ERR_CONTRACT",
        message: "invalid event",
        issues: [{ message: expect.any(String), path: [0, "item"] }],
      },
    });
    expect(heard).toEqual([]);
    expect(reports).toMatchObject([["ERR_CONTRACT", { kind: "contract", event: "order" }]]);
  });

  test("an event that is in no contract is refused", async () => {
    const { client, reports } = await connected();
    expect(await client.emitWithAck("other")).toMatchObject({ error: { message: "unknown event" } });
    expect(reports).toHaveLength(1);
  });

  test("an answer that does not pass is an error of the question", async () => {
    const { client, socket, reports } = await connected();
    client.once("ask", (callback) => callback(1));
    expect(await socket.emitWithAck("ask")).toBe(1);
    client.once("ask", (callback) => callback("1"));
    await expect(socket.emitWithAck("ask")).rejects.toMatchObject({ code: "ERR_CONTRACT" });
    expect(reports).toMatchObject([["ERR_CONTRACT", { event: "ask" }]]);
  });

  test("auth that does not pass is refused before the middleware, and reported", async () => {
    const { reports } = await connected();
    const { io, url } = started as Started;
    let asked = false;
    io.use((_socket, next) => {
      asked = true;
      next();
    });
    const client = await openSocketIo(url, { auth: { token: { $gt: "" } } });
    expect(JSON.parse(client.connected.slice(1))).toMatchObject({
      message: "invalid auth",
      data: { code: "ERR_CONTRACT", issues: [{ path: ["token"] }] },
    });
    expect(asked).toBe(false);
    expect(reports).toMatchObject([["ERR_CONTRACT", { kind: "contract" }]]);
    client.close();
  });
});
