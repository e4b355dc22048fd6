import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { instrument } from "@socket.io/admin-ui";
import {
  type Browser,
  type BrowserContext,
  collect,
  hasChromium,
  type Listening,
  launchChromium,
  listen,
  type Page,
  waitFor,
} from "testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ourServer } from "../interop/implementations.js";
import { Node } from "./support/node.js";

const pages = join(dirname(createRequire(import.meta.url).resolve("@socket.io/admin-ui")), "../ui/dist");
const types: Record<string, string> = { ".css": "text/css", ".html": "text/html", ".js": "text/javascript" };

describe.skipIf(!hasChromium())("the page of @socket.io/admin-ui", { timeout: 60_000 }, () => {
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

  let node: Node;
  let context: BrowserContext;
  let page: Page;
  beforeEach(async () => {
    node = await new Node(ourServer, { cors: { origin: [site.url], credentials: true } }).listen();
    instrument(node.io, { auth: false, mode: "development", serverId: "the server of this test" });
    // The page begins with the namespace of whoever is there.
    await node.connect();
    context = await browser.newContext();
    // Fonts of other hosts are not asked for.
    await context.route(
      (url) => url.hostname !== "127.0.0.1",
      (route) => route.abort(),
    );
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(site.url);
    await page.getByLabel("Server URL").fill(node.url);
    const panel = waitFor(node.io.of("/admin"), "connection", { timeout: 20_000 });
    await page.getByRole("button", { name: "Connect" }).click();
    await panel;
  });
  afterEach(async () => {
    await context.close();
    await node.close();
  });

  const open = (name: string) => page.getByRole("link", { name, exact: true }).click();
  /** A list as it is now: the page draws some anew only when they are opened. */
  const reopen = async (name: string) => {
    await open("Servers");
    await row("the server of this test").waitFor();
    await open(name);
  };
  const row = (text: string) => page.locator("tbody tr").filter({ hasText: text }).first();
  /** One of the buttons of a row, which have no names. */
  const press = (text: string, button = 0) => row(text).getByRole("button").nth(button).click();

  async function connected() {
    const { client, socket } = await node.connect();
    socket.join("lobby");
    // It ends late in a test, after the page has been here and there.
    const timeout = 50_000;
    const left = waitFor<[string]>(client, "disconnect", { timeout });
    return { client, socket, left, gone: waitFor(socket, "disconnect", { timeout }) };
  }

  test("shows clients, sockets, rooms and servers", async () => {
    const { client } = await connected();
    await open("Sockets");
    await row(client.id as string).waitFor();
    await open("Rooms");
    await row("lobby").waitFor();
    await open("Clients");
    await row("WebSocket").waitFor();
    await open("Servers");
    await row("the server of this test").waitFor();
    expect(node.io.of("/admin").sockets.size).toBe(1);
  });

  test("makes a socket join a room and leave it", async () => {
    const { client, socket } = await connected();
    const rooms = collect(node.io.of("/").adapter, "join-room", "leave-room");
    await open("Sockets");
    await row(client.id as string).click();
    await page.getByLabel("Join a room").fill("upstairs");
    await page.getByLabel("Join a room").press("Enter");
    await page.locator("form").getByRole("button").last().click();
    expect(await rooms.next()).toEqual({ event: "join-room", args: ["upstairs", socket.id] });
    await row("upstairs").waitFor();
    await press("upstairs");
    expect(await rooms.next()).toEqual({ event: "leave-room", args: ["upstairs", socket.id] });
  });

  test("disconnects a socket, from the list and from its page", async () => {
    const one = await connected();
    await open("Sockets");
    await press(one.client.id as string);
    expect((await one.left)[0]).toBe("io server disconnect");
    const two = await connected();
    await reopen("Sockets");
    await row(two.client.id as string).click();
    await row("Creation date").waitFor();
    await page.locator("tr", { hasText: "Status" }).nth(1).getByRole("button").click();
    expect((await two.left)[0]).toBe("io server disconnect");
  });

  test("disconnects a client, from the list and from the page of its socket", async () => {
    const one = await connected();
    const clientId = (one.socket.client as unknown as { id: string }).id.slice(0, 12);
    await open("Clients");
    await press(clientId);
    await one.left;
    const two = await connected();
    await open("Sockets");
    await row(two.client.id as string).click();
    await row("Creation date").waitFor();
    await page.locator("tr", { hasText: "Status" }).first().getByRole("button").click();
    await two.left;
    await two.gone;
    expect(node.io.of("/").sockets.size).toBe(1);
  });

  test("clears a room, and disconnects who is in one", async () => {
    const { socket, left } = await connected();
    const rooms = collect(node.io.of("/").adapter, "leave-room");
    await open("Rooms");
    await press("lobby");
    expect((await rooms.next()).args).toEqual(["lobby", socket.id]);
    socket.join("cellar");
    await reopen("Rooms");
    await press("cellar", 1);
    await left;
  });

  test("from the page of a room: makes a socket leave, disconnects it, clears the room", async () => {
    const one = await connected();
    const two = await connected();
    const three = await connected();
    const rooms = collect(node.io.of("/").adapter, "leave-room");
    await open("Rooms");
    await row("lobby").click();
    await press(one.client.id as string);
    expect((await rooms.next()).args).toEqual(["lobby", one.socket.id]);
    await reopen("Rooms");
    await row("lobby").click();
    await press(two.client.id as string, 1);
    await two.left;
    await rooms.until(({ args }) => args[1] === two.socket.id);
    await reopen("Rooms");
    await row("lobby").click();
    await row(three.client.id as string).waitFor();
    await page.locator("tr", { hasText: "Status" }).first().getByRole("button").click();
    await rooms.until(({ args }) => args[0] === "lobby" && args[1] === three.socket.id);
    expect(three.client.connected).toBe(true);
  });
});
