import { openSocketIo, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { ErrorContext, ServerOptions } from "../../src/index.js";
import { implementations, type Started, start, turn } from "../support/start.js";
import { collectUncaught } from "../support/uncaught.js";

const { ours, published } = implementations;

let started: Started | undefined;
afterEach(() => started?.close());

const ways = [
  [
    "throws",
    () => {
      throw new Error("on purpose");
    },
  ],
  [
    "rejects",
    async () => {
      await turn();
      throw new Error("on purpose");
    },
  ],
] as const;

describe.each(ways)("a listener that %s", (_way, listener) => {
  async function provoke(Implementation: typeof ours) {
    const reports: [string, ErrorContext][] = [];
    const options: Partial<ServerOptions> = {
      onError: (error, context) => reports.push([(error as Error).message, context]),
      ackErrors: true,
    };
    started = await start(options, Implementation);
    const { io, connect } = started;
    io.on("connection", (socket) => socket.on("hello", listener));
    const client = connect();
    await waitFor(client, "connect");
    let uncaught: string[] = [];
    let answer: unknown;
    await collectUncaught(async (errors) => {
      answer = await client
        .timeout(200)
        .emitWithAck("hello")
        .catch((error) => error.message);
      uncaught = errors.drain().map((error) => error.message);
    });
    return { reports, uncaught, answer };
  }

  test("published: is uncaught, and the client waits in vain", async () => {
    expect(await provoke(published)).toEqual({
      reports: [],
      uncaught: ["on purpose"],
      answer: "operation has timed out",
    });
  });

  test("ours: reaches onError, and the client is told", async () => {
    const { reports, uncaught, answer } = await provoke(ours);
    expect(uncaught).toEqual([]);
    expect(reports).toMatchObject([["on purpose", { code: "ERR_EVENT_LISTENER", event: "hello" }]]);
    expect(answer).toEqual({
      error: { code: "ERR_EVENT_LISTENER", message: "the event could not be handled" },
    });
  });
});

describe("a listener that throws, before another", () => {
  async function heard(Implementation: typeof ours, options: Partial<ServerOptions>) {
    started = await start(options, Implementation);
    const { io, connect } = started;
    let second = false;
    io.on("connection", (socket) => {
      socket.on("hello", () => {
        throw new Error("on purpose");
      });
      socket.on("hello", () => {
        second = true;
      });
      socket.on("ping", (callback) => callback());
    });
    const client = connect();
    await waitFor(client, "connect");
    await collectUncaught(async () => {
      client.emit("hello");
      await client.emitWithAck("ping");
    });
    return second;
  }

  test("published: keeps the other from its event", async () => {
    expect(await heard(published, {})).toBe(false);
  });

  test("ours: does not, with and without a handler", async () => {
    expect(await heard(ours, {})).toBe(true);
    await started?.close();
    expect(await heard(ours, { onError: () => {} })).toBe(true);
  });
});

describe("a middleware whose promise is rejected", () => {
  async function outcome(Implementation: typeof ours): Promise<unknown> {
    started = await start({ connectTimeout: 300 }, Implementation);
    const { io, url } = started;
    io.use(async () => {
      throw new Error("no database");
    });
    let told: unknown;
    await collectUncaught(async () => {
      told = await openSocketIo(url).then(
        ({ connected }) => connected,
        () => "closed",
      );
    });
    return told;
  }

  test("published: leaves the client waiting, until the connection times out", async () => {
    expect(await outcome(published)).toBe("closed");
  });

  test("ours: refuses the client", async () => {
    expect(await outcome(ours)).toBe('4{"message":"no database"}');
  });
});
