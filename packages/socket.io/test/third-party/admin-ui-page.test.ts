import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { instrument } from "@socket.io/admin-ui";
import { type Browser, hasChromium, type Listening, launchChromium, listen } from "testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ourServer } from "../interop/implementations.js";
import { Node } from "./support/node.js";

const pages = join(dirname(createRequire(import.meta.url).resolve("@socket.io/admin-ui")), "../ui/dist");
const types: Record<string, string> = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript" };

describe.skipIf(!hasChromium())("the page of @socket.io/admin-ui", () => {
  let browser: Browser;
  let site: Listening;
  beforeAll(async () => {
    browser = await launchChromium();
    site = await listen(
      createServer((request, response) => {
        const path = new URL(String(request.url), "http://localhost").pathname;
        const file = join(pages, path === "/" ? "index.html" : path);
        if (!existsSync(file)) return response.writeHead(404).end();
        response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
        response.end(readFileSync(file));
      }),
    );
  });
  afterAll(async () => {
    await browser.close();
    await site.close();
  });

  test("connects to the server, and shows its clients", async () => {
    const node = await new Node(ourServer, { cors: { origin: [site.url], credentials: true } }).listen();
    instrument(node.io, { auth: false, mode: "development", serverId: "the server of this test" });
    const { client } = await node.connect();
    const context = await browser.newContext();
    // Fonts of other hosts are not asked for.
    await context.route(
      (url) => url.hostname !== "127.0.0.1",
      (route) => route.abort(),
    );
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(site.url);
    await page.getByLabel("Server URL").fill(node.url);
    await page.getByRole("button", { name: "Connect" }).click();
    await page.getByRole("link", { name: "Sockets" }).click();
    await page
      .getByText(client.id as string)
      .first()
      .waitFor();
    await page.getByRole("link", { name: "Servers" }).click();
    await page.getByText("the server of this test").first().waitFor();
    expect(node.io.of("/admin").sockets.size).toBe(1);
    await context.close();
    await node.close();
  });
});
