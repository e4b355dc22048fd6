import { createServer } from "node:http";
import {
  type Browser,
  collect,
  hasChromium,
  type Listening,
  launchChromium,
  listen,
  type Page,
  waitFor,
} from "testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Server, type ServerOptions, type Socket } from "../src/index.js";
import { requireBundles } from "./support/built.js";

const CLASSIC = (name: string) => `<script src="/socket.io/${name}"></script>`;
const TRANSPORTS = [["polling"], ["websocket"], ["polling", "websocket"]];

describe.skipIf(!hasChromium())("the classic bundle in Chromium", () => {
  let browser: Browser;
  let page: Page;
  let io: Server;
  let listening: Listening;

  beforeAll(async () => {
    requireBundles();
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(async () => {
    await page.close();
    await io.close();
    await listening.close();
  });

  async function open(html: string, options: Partial<ServerOptions> = {}): Promise<void> {
    const app = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html>${html}`);
    });
    io = new Server(app, options);
    listening = await listen(app);
    await page.goto(listening.url);
  }

  it.each(TRANSPORTS.map((transports) => ({ transports })))(
    "sends files over $transports",
    async ({ transports }) => {
      await open(CLASSIC("socket.io.min.js"));
      const accepted = waitFor<[Socket]>(io, "connection");
      await page.evaluate(`window.socket = io({ transports: ${JSON.stringify(transports)} })`);
      const files = collect((await accepted)[0], "file");
      await page.evaluate('socket.emit("file", new Blob(["one"]), new File(["two"], "two.txt"))');
      expect((await files.next()).args).toEqual([Buffer.from("one"), Buffer.from("two")]);
    },
  );

  it("says goodbye when the page is left", async () => {
    await open(CLASSIC("socket.io.min.js"));
    const accepted = waitFor<[Socket]>(io, "connection");
    await page.evaluate("window.socket = io({ transports: ['websocket'] })");
    const left = waitFor<[string]>((await accepted)[0], "disconnect");
    await page.goto("about:blank");
    expect((await left)[0]).toBe("transport close");
  });

  it("comes back after the network was away", async () => {
    await open(CLASSIC("socket.io.min.js"));
    const first = waitFor<[Socket]>(io, "connection");
    await page.evaluate(`
      window.reasons = [];
      window.socket = io({ reconnectionDelay: 10, reconnectionDelayMax: 50 });
      socket.on("disconnect", (reason) => reasons.push(reason));
    `);
    await first;
    await page.waitForFunction("socket.connected");
    const second = waitFor<[Socket]>(io, "connection");
    await page.context().setOffline(true);
    await page.waitForFunction("!socket.connected");
    await page.context().setOffline(false);
    const [socket] = await second;
    await page.waitForFunction("socket.connected");
    expect(await page.evaluate("socket.id")).toBe(socket.id);
    expect(await page.evaluate("reasons")).toEqual(["transport close"]);
  });
});
