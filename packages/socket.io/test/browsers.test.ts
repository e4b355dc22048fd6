import { createServer } from "node:http";
import * as msgpackParser from "socket.io-msgpack-parser";
import { BROWSER_ENGINES, hasBrowser, listen, openBrowser, type TestBrowser, waitFor } from "testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
/** Milliseconds; on a machine that does other things too, a browser takes its time. */
const STARTING = 90_000;

describe.each(BROWSER_ENGINES)("the bundles in a page of %s", (engine) => {
  describe.skipIf(!hasBrowser(engine))("from the server", () => {
    let browser: TestBrowser | undefined;

    beforeAll(async () => {
      requireBundles();
      browser = await openBrowser(engine);
    }, STARTING);
    afterAll(() => browser?.close());

    it.each(BUNDLES)("%s talks to it over each transport", async (_, html, options) => {
      const app = createServer((_request, response) => {
        response.setHeader("content-type", "text/html");
        response.end(`<!doctype html>${html}`);
      });
      const io = new Server(app, options);
      const listening = await listen(app);
      const page = await (browser as TestBrowser).open(listening.url);
      try {
        expect(await page.evaluate("[typeof io, typeof io.Manager]")).toEqual(["function", "function"]);
        for (const transports of TRANSPORTS) {
          const accepted = waitFor<[Socket]>(io, "connection");
          await page.evaluate(`void (window.socket = io({
            forceNew: true,
            transports: ${JSON.stringify(transports)},
          }).on("binary", (value, ack) => ack([
            Object.prototype.toString.call(value.bytes),
            [...new Uint8Array(value.bytes)].map((byte) => byte + 1),
            value.text,
          ])))`);
          const [socket] = await accepted;
          const sent = { bytes: Buffer.from([1, 2]), text: "ü" };
          const [kind, bytes, text] = await socket.emitWithAck("binary", sent);
          expect([bytes, text]).toEqual([[2, 3], "ü"]);
          expect(kind).toMatch(/ArrayBuffer|Uint8Array/);

          const received = waitFor<[unknown, Uint8Array]>(socket, "back");
          await page.evaluate(
            'void socket.emit("back", { nested: [{ text: "ü" }] }, new Uint8Array([7, 8]))',
          );
          const [value, back] = await received;
          expect(value).toEqual({ nested: [{ text: "ü" }] });
          expect([...back]).toEqual([7, 8]);

          if (transports.length > 1 && socket.conn.transport.name !== "websocket") {
            await waitFor(socket.conn, "upgrade");
          }
          expect(socket.conn.transport.name).toBe(transports.at(-1));
          const left = waitFor<[string]>(socket, "disconnect");
          await page.evaluate("void socket.disconnect()");
          expect((await left)[0]).toBe("client namespace disconnect");
        }
      } finally {
        await page.close();
        await io.close();
        await listening.close();
      }
    });
  });
});
