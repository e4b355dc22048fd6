import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  type Browser,
  findRuntime,
  hasCertificates,
  hasChromium,
  hasRuntime,
  launchChromium,
  makeCertificate,
  type Page,
  Queue,
} from "testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { requireBuilt, requireBundles } from "../support/built.js";

// The built server on Deno, the served bundle in Chromium, HTTP/3 between them.

interface Event {
  what: string;
  [detail: string]: unknown;
}

const available = [hasChromium(), hasRuntime("deno"), hasCertificates()].every(Boolean);
const PUBLISHED = dirname(createRequire(import.meta.url).resolve("published-socket.io-client/package.json"));

describe.skipIf(!available)("WebTransport", { timeout: 60_000 }, () => {
  let browser: Browser;
  let page: Page;
  let server: ChildProcess;
  let events: Queue<Event>;
  let taken: Set<Event>;
  let port: number;
  let hash: number[];

  /** The next event with that name; others may come before and after. */
  async function event(what: string): Promise<Event> {
    for (;;) {
      const found = events.all.find((it) => it.what === what && !taken.has(it));
      if (found) {
        taken.add(found);
        return found;
      }
      await events.next({ awaited: `"${what}" from the server`, timeout: 30_000 });
    }
  }
  const command = (name: string) => server.stdin?.write(`${name}\n`);
  const evaluate = (code: string) => page.evaluate(`(async () => { ${code} })()`);

  /** Connects in the page, with `socket` as the variable. */
  async function connect(options: object = {}, name = "socket"): Promise<void> {
    await evaluate(`window.${name} = io({
      forceNew: true,
      transports: ["webtransport"],
      transportOptions: { webtransport: { serverCertificateHashes: hashes } },
      ...${JSON.stringify(options)},
    })`);
    await event("connection");
    await page.waitForFunction(`${name}.connected`);
  }

  beforeAll(async () => {
    requireBundles();
    requireBuilt("index.js");
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function start(options: object = {}): Promise<void> {
    const certificate = await makeCertificate();
    hash = [...certificate.hash];
    const pages = {
      "/": { html: '<!doctype html><script src="/socket.io/socket.io.min.js"></script>' },
      "/published": { html: '<!doctype html><script src="/published.js"></script>' },
      "/published.js": { file: join(PUBLISHED, "dist/socket.io.js") },
    };
    const script = fileURLToPath(new URL("deno-server.mjs", import.meta.url));
    const args = ["run", "--allow-all", "--unstable-net", "--node-modules-dir=manual", script];
    server = spawn(findRuntime("deno") as string, args, {
      env: {
        ...process.env,
        SERVER: JSON.stringify({ ...certificate, pages, options }),
        DENO_NO_UPDATE_CHECK: "1",
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    events = new Queue("events of the server");
    taken = new Set();
    createInterface({ input: server.stdout as NodeJS.ReadableStream }).on("line", (line) =>
      events.push(JSON.parse(line)),
    );
    server.once("exit", (code) => events.end(new Error(`the server ended with ${code}`)));
    port = (await event("ready")).port as number;
    await open("/");
  }

  beforeEach(async () => {
    page = await browser.newPage();
  });
  afterEach(async () => {
    await page?.close();
    const exit = once(server, "exit");
    server.kill("SIGKILL");
    await exit;
    expect(events.all.filter(({ what }) => what === "unhandled rejection")).toEqual([]);
  });

  async function open(path: string): Promise<void> {
    await page.goto(`http://127.0.0.1:${port}${path}`);
    await evaluate(
      `window.hashes = [{ algorithm: "sha-256", value: new Uint8Array(${JSON.stringify(hash)}) }]`,
    );
  }

  const echo = (name = "socket") =>
    evaluate(`
      const bytes = new Uint8Array(70_000).fill(1);
      const [text, list, back] = await new Promise((resolve) =>
        ${name}.emit("echo", "ü", [{ a: 1 }], bytes, (...args) => resolve(args)));
      return [text, list, new Uint8Array(back).length, new Uint8Array(back)[69_999]];
    `);
  const ECHOED = ["ü", [{ a: 1 }], 70_000, 1];

  it("carries events, binary and acknowledgements both ways", async () => {
    await start();
    await connect({ query: { room: "red" } });
    expect(events.all.find(({ what }) => what === "open")).toMatchObject({ transport: "webtransport" });
    expect(events.all.find(({ what }) => what === "connection")).toMatchObject({
      query: "red",
      secure: true,
    });
    expect(await evaluate("return socket.io.engine.transport.name")).toBe("webtransport");
    expect(await echo()).toEqual(ECHOED);
    const answer = `
      socket.on("question", (bytes, done) => done(new Uint8Array(bytes).map((byte) => byte + 1)));
      return [...new Uint8Array(await socket.emitWithAck("ask", Uint8Array.of(1, 2)))];
    `;
    expect(await evaluate(answer)).toEqual([2, 3]);
  });

  it("broadcasts", async () => {
    await start();
    await connect();
    await connect({ transports: ["polling"] }, "other");
    await evaluate(`
      window.heard = [];
      for (const it of [socket, other]) it.on("shouted", (...args) => heard.push(args));
      socket.emit("shout", "hello", Uint8Array.of(5));
    `);
    await page.waitForFunction("heard.length === 2");
    command("shout");
    await page.waitForFunction("heard.length === 4");
    const heard = "return heard.map(([text, bytes]) => [text, ...new Uint8Array(bytes)])";
    expect(await evaluate(heard)).toEqual([
      ["hello", 5],
      ["hello", 5],
      ["from the server", 7],
      ["from the server", 7],
    ]);
  });

  it("takes a session over from polling", async () => {
    await start();
    await connect({ transports: ["polling", "webtransport"] });
    expect(await event("upgrade")).toMatchObject({ transport: "webtransport" });
    expect(await echo()).toEqual(ECHOED);
    expect(await evaluate("return socket.io.engine.transport.name")).toBe("webtransport");
  });

  it("serves the published client", async () => {
    await start();
    await open("/published");
    await connect();
    expect(await echo()).toEqual(ECHOED);
    await connect({ transports: ["polling", "webtransport"] }, "other");
    expect(await event("upgrade")).toMatchObject({ transport: "webtransport" });
    expect(await echo("other")).toEqual(ECHOED);
  });

  it("refuses by allowRequest, and by a middleware of a namespace", async () => {
    await start();
    const refused = await evaluate(`
      const socket = io({
        query: { refuse: "yes" },
        transports: ["webtransport"],
        reconnection: false,
        transportOptions: { webtransport: { serverCertificateHashes: hashes } },
      });
      return new Promise((resolve) => socket.on("connect_error", ({ message }) => resolve(message)));
    `);
    expect(refused).toBe("webtransport error");
    expect(await event("refused")).toMatchObject({ code: 4, message: "not you" });
    await connect();
    const denied = await evaluate(`
      return new Promise((resolve) => socket.io.socket("/private").on("connect_error", (e) => resolve(e.message)));
    `);
    expect(denied).toBe("private");
  });

  it.each([
    ["an unknown session", '0{"sid":"abc"}', { code: 1 }],
    ["a message first", "4hello", { code: 3, message: "invalid handshake" }],
    ["silence", "", { code: 3, message: "the client sent no handshake in time" }],
  ])("ends a session that starts with %s", async (_, first, refusal) => {
    await start({ upgradeTimeout: 1000 });
    const ended = evaluate(`
      const session = new WebTransport("https://127.0.0.1:${port}/socket.io/", { serverCertificateHashes: hashes });
      await session.ready;
      const writer = (await session.createBidirectionalStream()).writable.getWriter();
      const first = new TextEncoder().encode(${JSON.stringify(first)});
      if (first.length) writer.write(new Uint8Array([first.length, ...first]));
      return session.closed.then(() => true, () => true);
    `);
    expect(await event("refused")).toMatchObject(refusal);
    expect(await ended).toBe(true);
  });

  it("ends a session whose message is too long", async () => {
    await start();
    await connect({ reconnection: false });
    await evaluate('socket.emit("echo", "x".repeat(200_000), () => {})');
    expect(await event("close")).toMatchObject({ reason: "parse error", left: 0 });
    await page.waitForFunction("!socket.connected");
  });

  it("delivers what was sent before the client leaves", async () => {
    await start();
    await connect();
    await evaluate('socket.emit("goodbye", "x".repeat(50_000)); socket.disconnect()');
    expect((await event("goodbye")).text).toHaveLength(50_000);
    expect(await event("disconnect")).toMatchObject({ reason: "client namespace disconnect" });
    expect(await event("close")).toMatchObject({ left: 0 });
  });

  it("delivers what was sent before the server ends a session", async () => {
    await start();
    await connect();
    const reason = await evaluate(`
      let kicked;
      socket.on("kicked", (text) => { kicked = text.length; });
      socket.emit("kick me");
      return new Promise((resolve) => socket.on("disconnect", (reason) => resolve([kicked, reason])));
    `);
    expect(reason).toEqual([50_000, "io server disconnect"]);
    expect(await event("close")).toMatchObject({ reason: "forced close", left: 0 });
  });

  it("notices that the page is gone", async () => {
    await start({ pingInterval: 500, pingTimeout: 1000 });
    await connect();
    await page.goto("about:blank");
    expect(await event("close")).toMatchObject({ left: 0 });
  });

  it("closes all sessions with the server", async () => {
    await start();
    await connect({ reconnection: false });
    // Before the command: otherwise the end may come first.
    await evaluate('window.reason = new Promise((resolve) => socket.on("disconnect", resolve));');
    command("stop");
    expect(await event("close")).toMatchObject({ reason: "forced close", left: 0 });
    expect(await evaluate("return window.reason")).toBe("transport close");
    await event("stopped");
  });
});
