import { createServer } from "node:http";
import * as msgpackParser from "socket.io-msgpack-parser";
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
const BUNDLES: [string, string, Partial<ServerOptions>][] = [
  ["socket.io.js", CLASSIC("socket.io.js"), {}],
  ["socket.io.min.js", CLASSIC("socket.io.min.js"), {}],
  ["socket.io.msgpack.min.js", CLASSIC("socket.io.msgpack.min.js"), { parser: msgpackParser }],
  [
    "socket.io.esm.min.js",
    `<script type="module">
      import { io, Manager } from "/socket.io/socket.io.esm.min.js";
      window.io = Object.assign(io, { Manager });
    </script>`,
    {},
  ],
];
const TRANSPORTS = [["polling"], ["websocket"], ["polling", "websocket"]];

describe.skipIf(!hasChromium())("the bundles in a browser", () => {
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

  it.each(BUNDLES)("%s talks to its server over each transport", async (_, html, options) => {
    await open(html, options);
    expect(await page.evaluate("[typeof io, typeof io.Manager]")).toEqual(["function", "function"]);
    for (const transports of TRANSPORTS) {
      const accepted = waitFor<[Socket]>(io, "connection");
      await page.evaluate(`
        window.socket = io({ forceNew: true, transports: ${JSON.stringify(transports)} });
        socket.on("binary", (value, ack) => ack([
          Object.prototype.toString.call(value.bytes),
          [...new Uint8Array(value.bytes)].map((byte) => byte + 1),
          value.text,
        ]));
      `);
      const [socket] = await accepted;
      const [kind, bytes, text] = await socket.emitWithAck("binary", {
        bytes: Buffer.from([1, 2]),
        text: "ü",
      });
      expect([bytes, text]).toEqual([[2, 3], "ü"]);
      expect(kind).toMatch(/ArrayBuffer|Uint8Array/);

      const received = waitFor<[unknown, Uint8Array]>(socket, "back");
      await page.evaluate('socket.emit("back", { nested: [{ text: "ü" }] }, new Uint8Array([7, 8]))');
      const [value, back] = await received;
      expect(value).toEqual({ nested: [{ text: "ü" }] });
      expect([...back]).toEqual([7, 8]);

      if (transports.length > 1 && socket.conn.transport.name !== "websocket") {
        await waitFor(socket.conn, "upgrade");
      }
      expect(socket.conn.transport.name).toBe(transports.at(-1));
      const left = waitFor<[string]>(socket, "disconnect");
      await page.evaluate("socket.disconnect()");
      expect((await left)[0]).toBe("client namespace disconnect");
    }
  });

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
