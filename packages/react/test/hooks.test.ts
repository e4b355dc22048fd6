import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Server, type Socket } from "socket.io-server";
import { hasBrowser, listen, openBrowser, Queue, type TestBrowser, type TestPage } from "testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ClientToServer, ServerToClient } from "./events.js";

type Peer = Socket<ClientToServer, ServerToClient>;

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const VERSIONS = [
  ["18", { react: "react-18", "react-dom": "react-dom-18" }],
  ["19", {}],
] as const;
/** Milliseconds; on a machine that does other things too, a browser takes its time. */
const STARTING = 90_000;

describe.skipIf(!hasBrowser("chromium")).each(VERSIONS)("with React %s", (version, alias) => {
  let browser: TestBrowser | undefined;
  let page: TestPage;
  let script = "";
  let site: Awaited<ReturnType<typeof serveSite>>;
  let server: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    script = await bundle(alias);
    browser = await openBrowser("chromium");
  }, STARTING);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    site = await serveSite(script);
    server = await serve(site.url);
    page = await (browser as TestBrowser).open(site.url);
  });
  afterEach(async () => {
    await page.close();
    await server.close();
    await site.close();
  });

  const mount = (...parts: string[]) =>
    page.evaluate(`mount(${JSON.stringify(server.url)}, ${JSON.stringify(parts)})`);
  const shows = (text: string) => page.evaluate(`shows(${JSON.stringify(text)})`);

  it("is that version", async () => {
    expect(script).toContain(version === "18" ? 'ReactVersion = "18.' : '.version = "19.');
  });

  it("opens one connection, though StrictMode mounts twice, and closes it with the last component", async () => {
    await mount("Counter", "Status", "Search");
    const peer = await server.peers.next();
    await shows("status connected");
    expect([server.connections(), server.peers.all.length]).toEqual([1, 1]);
    const left = new Promise((resolve) => peer.on("disconnect", resolve));
    await mount("Status");
    peer.emit("add", 1);
    await shows("status connected");
    await page.evaluate("unmount()");
    expect(await left).toBe("client namespace disconnect");
    expect(server.connections()).toBe(1);
  });

  it("calls the handler of the last render", async () => {
    await mount("Counter");
    const peer = await server.peers.next();
    for (const n of [1, 2, 3]) {
      peer.emit("add", n);
      await shows(`+${n}`);
    }
    await shows("sum 6 (0+1,1+2,3+3) true");
  });

  it("shares the connection between namespaces", async () => {
    await mount("Status", "AdminStatus");
    const admin = await server.admins.next();
    await shows("admin connected");
    await shows("status connected");
    admin.emit("add", 5);
    await shows("admin 5");
    expect(server.connections()).toBe(1);
    const left = new Promise((resolve) => admin.on("disconnect", resolve));
    await mount("Status");
    expect(await left).toBe("client namespace disconnect");
    await shows("status connected");
  });

  it("survives being unmounted while it connects", async () => {
    await mount("Status");
    await page.evaluate("unmount()");
    await mount("Status", "Counter");
    await shows("status connected");
    const peers = server.peers.all;
    peers.at(-1)?.emit("add", 4);
    await shows("sum 4");
  });

  it("tells of a restart of the server", async () => {
    await mount("Status", "Counter");
    await server.peers.next();
    await shows("status connected");
    await server.stop();
    await shows("status reconnecting");
    await server.start();
    const peer = await server.peers.next();
    await shows("status connected");
    peer.emit("add", 9);
    await shows("sum 9");
  });

  it("keeps the answer, the error and the wait of a request", async () => {
    await mount("Search", "Status");
    await shows("status connected");
    await page.evaluate("search('tea')");
    await shows("search idle found tea");
    await page.evaluate("search('never')");
    await shows("search pending");
    await page.evaluate("abort()");
    await shows("search idle ");
    await page.evaluate("(search('never'), search('cake'))");
    await shows("search idle found cake");
    await page.evaluate("search('hang up')");
    await shows("search idle  ERR_SOCKET_DISCONNECTED");
  });
});

async function bundle(alias: Record<string, string>): Promise<string> {
  const result = await build({
    entryPoints: [here("app.tsx")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    jsx: "automatic",
    conditions: ["@socket.io/source", "browser"],
    define: { "process.env.NODE_ENV": '"development"' },
    absWorkingDir: here(".."),
    alias,
    logLevel: "error",
  });
  return result.outputFiles[0]?.text ?? "";
}

function serveSite(script: string) {
  return listen(
    createServer((request, response) => {
      const isScript = request.url === "/app.js";
      response.setHeader("content-type", isScript ? "text/javascript; charset=utf-8" : "text/html");
      response.end(isScript ? script : '<!doctype html><div id="root"></div><script src="/app.js"></script>');
    }),
  );
}

async function serve(origin: string) {
  const peers = new Queue<Peer>("sockets");
  const admins = new Queue<Peer>("sockets of /admin");
  let connections = 0;
  const launch = async (port: number) => {
    const http = createServer();
    const io = new Server<ClientToServer, ServerToClient>(http, { cors: { origin } });
    io.engine.on("connection", () => connections++);
    io.on("connection", (peer) => {
      peers.push(peer);
      peer.on("search", (text, ack) => {
        if (text === "hang up") peer.conn.close();
        else if (text !== "never") ack(`found ${text}`);
      });
    });
    io.of("/admin").on("connection", (peer) => admins.push(peer));
    const listening = await listen(http, { port });
    return { ...listening, close: () => Promise.all([io.close(), listening.close()]) };
  };
  let current = await launch(0);
  const { url, port } = current;
  return {
    url,
    peers,
    admins,
    connections: () => connections,
    stop: () => current.close(),
    start: async () => {
      current = await launch(port);
    },
    close: () => current.close(),
  };
}
