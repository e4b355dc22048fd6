import { type Browser, collect, hasChromium, launchChromium, waitFor } from "testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { requireBundles } from "../support/built.js";
import { readBlocks } from "./blocks.js";
import { type OpenPage, runPage } from "./run-page.js";
import { express, type RunningRecipe, runServer, type Surroundings } from "./run-server.js";

const blocks = readBlocks();
const code = (...numbers: number[]) => numbers.map((number) => blocks[number]?.code).join("\n");

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
    expect(recipe.io.engine.clientsCount).toBe(1);
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
