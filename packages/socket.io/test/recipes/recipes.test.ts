import { createServer } from "node:http";
import { io as connect, type Socket } from "socket.io-client";
import { type Browser, collect, hasChromium, launchChromium, Queue, waitFor } from "testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { requireBundles } from "../support/built.js";
import { readBlocks } from "./blocks.js";
import { type OpenPage, runPage } from "./run-page.js";
import { express, type RunningRecipe, runServer, type Surroundings } from "./run-server.js";

const blocks = readBlocks();
const code = (...numbers: number[]) => numbers.map((number) => blocks[number]?.code).join("\n");

// Express 2 made the HTTP server itself.
const express2 = { createServer: () => createServer(express()) };

it("finds the blocks that the recipes are about", () => {
  expect(blocks.map(({ language }) => language).join(" ")).toBe(
    "bash js js js html js js html js html js js html js js js html js",
  );
});

describe("server recipes of the original README", () => {
  let recipe: RunningRecipe;
  const clients: Socket[] = [];

  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await recipe.close();
    vi.unstubAllEnvs();
  });

  async function run(script: string, surroundings?: Surroundings): Promise<void> {
    recipe = await runServer(script, surroundings);
  }

  function client(nsp = "", options: object = {}): Socket {
    const socket = connect(`http://localhost:${recipe.port}${nsp}`, { forceNew: true, ...options });
    clients.push(socket);
    return socket;
  }

  async function logged(count: number): Promise<unknown[][]> {
    await vi.waitUntil(() => recipe.logs.length >= count, { interval: 5, timeout: 5_000 });
    return recipe.logs;
  }

  it.each([
    ["Express 3", 2, express],
    ["Express 2", 3, express2],
  ])("%s", async (_, block, framework) => {
    await run(code(1, block), { express: framework });
    const socket = client();
    expect(await waitFor(socket, "news")).toEqual([{ hello: "world" }]);
    socket.emit("my other event", { my: "data" });
    expect(await logged(1)).toEqual([[{ my: "data" }]]);
  });

  it("sending and receiving events", async () => {
    await run(code(5));
    const one = client();
    expect(await waitFor(one, "this")).toEqual([{ will: "be received by everyone" }]);
    const again = waitFor(one, "this");
    const two = client();
    expect(await waitFor(two, "this")).toEqual(await again);
    one.emit("private message", "bob", "hi");
    expect(await logged(1)).toEqual([["I received a private message by ", "bob", " saying ", "hi"]]);
    const left = waitFor(one, "user disconnected");
    two.disconnect();
    expect(await left).toEqual([]);
  });

  it("storing data associated to a client", async () => {
    await run(code(6));
    const one = client();
    const two = client();
    const ready = [waitFor(one, "ready"), waitFor(two, "ready")];
    one.emit("set nickname", "ann");
    two.emit("set nickname", "bob");
    await Promise.all(ready);
    one.emit("msg", "hello");
    await logged(1);
    two.emit("msg", "hello");
    expect(await logged(2)).toEqual([
      ["Chat message by ", "ann"],
      ["Chat message by ", "bob"],
    ]);
  });

  it("restricting yourself to a namespace", async () => {
    // the original has a semicolon too many there
    await run(code(8).replace(".of('/news');", ".of('/news')"));
    const chat = client("/chat", { forceNew: false });
    const messages = collect(chat, "a message");
    const news = client("/news", { forceNew: false });
    const items = collect(news, "item", "a message");
    expect((await messages.take(2)).map(({ args }) => args)).toEqual([
      [{ that: "only", "/chat": "will get" }],
      [{ everyone: "in", "/chat": "will get" }],
    ]);
    expect(await items.next()).toEqual({ event: "item", args: [{ news: "item" }] });
    // Where a WebSocket takes long to open, long-polling was tried beside it.
    await expect.poll(() => recipe.io.engine.clientsCount, { timeout: 10_000 }).toBe(1);
    expect(messages.size + items.size).toBe(0);
  });

  it("sending volatile messages", async () => {
    const cleared = new Queue<unknown>("clearInterval");
    let number = 0;
    await run(code(10), {
      getBieberTweet: (callback: (tweet: string) => void) => callback(`tweet ${number++}`),
      clearInterval: (timer: NodeJS.Timeout) => {
        clearInterval(timer);
        cleared.push(timer);
      },
    });
    const socket = client();
    const tweets = collect(socket, "bieber tweet");
    expect((await tweets.take(2)).map(({ args }) => args)).toEqual([["tweet 0"], ["tweet 1"]]);
    socket.disconnect();
    await cleared.next();
  });

  it("getting acknowledgements", async () => {
    await run(code(11));
    const socket = client();
    const answer = await new Promise((resolve) => socket.emit("ferret", "tobi", resolve));
    expect(answer).toBe("woot");
  });

  it("broadcasting messages", async () => {
    await run(code(13));
    const one = client();
    const atOne = collect(one, "user connected", "message");
    await waitFor(one, "connect");
    const two = client();
    const atTwo = collect(two, "user connected", "message");
    await waitFor(two, "connect");
    expect(await atOne.take(2)).toEqual([
      { event: "user connected", args: [] },
      { event: "message", args: [{ a: "message" }] },
    ]);
    const ended = waitFor(two, "end");
    recipe.io.emit("end");
    await ended;
    expect(atTwo.all).toEqual([]);
  });

  it("rooms", async () => {
    await run(code(14));
    const inboxes: ReturnType<typeof collect>[] = [];
    for (let count = 0; count < 3; count++) {
      const socket = client();
      inboxes.push(collect(socket, "new fan", "new non-fan", "end"));
      await waitFor(socket, "connect");
      if (count === 0) recipe.io.sockets.socketsJoin("rammstein fans");
    }
    recipe.io.emit("end");
    const got = await Promise.all(
      inboxes.map(async (inbox) => {
        await inbox.until(({ event }) => event === "end");
        return inbox.all.map(({ event }) => event);
      }),
    );
    expect(got).toEqual([
      ["new fan", "new non-fan", "new fan", "new non-fan", "end"],
      ["new fan", "end"],
      ["end"],
    ]);
  });

  it("using it just as a cross-browser WebSocket", async () => {
    await run(code(15));
    const accepted = waitFor<[Socket]>(recipe.io.sockets, "connection");
    const socket = client();
    const [peer] = await accepted;
    const seen = collect(peer, "message", "disconnect");
    socket.send("hi");
    expect(await seen.next()).toEqual({ event: "message", args: ["hi"] });
    const reply = waitFor(socket, "message");
    peer.send("hello");
    expect(await reply).toEqual(["hello"]);
    socket.disconnect();
    expect((await seen.next()).event).toBe("disconnect");
  });

  describe("changing configuration", () => {
    it.each(["development", "production"])("in %s", async (environment) => {
      vi.stubEnv("NODE_ENV", environment);
      const warnings = collect(process, "warning");
      await run(code(17));
      for (const transport of ["websocket", "polling"]) {
        const socket = client("", { transports: [transport] });
        await waitFor(socket, "connect", { rejectOn: ["connect_error"] });
      }
      const [warning] = (await warnings.next({ awaited: "a warning about flashsocket" })).args as [Error];
      expect(warning.message).toContain("flashsocket");
      expect(warnings.size).toBe(0);
      warnings.stop();
    });
  });
});

describe.skipIf(!hasChromium())("client recipes of the original README, in a browser", () => {
  let browser: Browser;
  let recipe: RunningRecipe;
  let open: OpenPage | undefined;

  beforeAll(async () => {
    requireBundles();
    browser = await launchChromium();
  });
  afterEach(async () => {
    await open?.page.close();
    await recipe.close();
  });
  afterAll(() => browser?.close());

  async function serve(script: string, surroundings?: Surroundings): Promise<void> {
    recipe = await runServer(script, surroundings);
  }

  async function visit(block: number, answers?: string[]): Promise<OpenPage> {
    open = await runPage(browser, recipe, code(block), answers);
    return open;
  }

  it("the first page", async () => {
    await serve(code(1, 2), { express });
    const { logs, page } = await visit(4);
    await logs.next();
    await vi.waitUntil(() => recipe.logs.length > 0, { interval: 5, timeout: 5_000 });
    expect(recipe.logs).toEqual([[{ my: "data" }]]);
    expect(await page.evaluate("socket.connected")).toBe(true);
  });

  it("storing data associated to a client", async () => {
    await serve(code(6));
    const { logs } = await visit(7, ["tobi", "hello"]);
    expect(await logs.next()).toBe("Connected !");
    await vi.waitUntil(() => recipe.logs.length > 0, { interval: 5, timeout: 5_000 });
    expect(recipe.logs).toEqual([["Chat message by ", "tobi"]]);
  });

  it("restricting yourself to a namespace", async () => {
    await serve(code(8).replace(".of('/news');", ".of('/news')"));
    const [chat, news] = ["/chat", "/news"].map((name) => waitFor(recipe.io.of(name), "connection"));
    const greeting = new Promise((resolve) => {
      recipe.io.of("/chat").on("connection", (socket) => socket.on("hi!", () => resolve("hi!")));
    });
    await visit(9);
    await Promise.all([chat, news]);
    expect(await greeting).toBe("hi!");
    // Where a WebSocket takes long to open, long-polling was tried beside it.
    await expect.poll(() => recipe.io.engine.clientsCount, { timeout: 10_000 }).toBe(1);
  });

  it("getting acknowledgements, and finding the server without being told", async () => {
    await serve(code(11));
    const { logs } = await visit(12);
    expect(await logs.next()).toBe("woot");
  });

  it("using it just as a cross-browser WebSocket", async () => {
    await serve(code(15));
    const accepted = waitFor<[object]>(recipe.io.sockets, "connection");
    await visit(16);
    const messages = collect((await accepted)[0], "message");
    expect((await messages.next()).args).toEqual(["hi"]);
  });
});
