import { createRequire } from "node:module";
import { Server } from "published-socket.io";
import { waitFor } from "testkit";
import { afterEach, describe, expect, it } from "vitest";
import defaultExport, * as api from "../src/index.js";
import { connect, io, Manager, protocol, Socket } from "../src/index.js";
import { onEnd, start } from "./support/start.js";

const URL = "http://127.0.0.1:1";
const idle = { autoConnect: false };

afterEach(() => {
  Reflect.deleteProperty(globalThis, "location");
});

describe("io", () => {
  it("is exported under its names", () => {
    expect([defaultExport, connect, io.io, io.connect]).toEqual([io, io, io, io]);
    expect([io.Manager, io.Socket, io.protocol]).toEqual([Manager, Socket, protocol]);
    expect(protocol).toBe(5);
    for (const name of ["Fetch", "XHR", "NodeXHR", "WebSocket", "NodeWebSocket", "WebTransport"] as const) {
      expect(api[name]).toBeTypeOf("function");
    }
  });

  it("has every export of the published package", () => {
    const require = createRequire(import.meta.url);
    const published: object = require("published-socket.io-client");
    for (const name of Object.keys(published)) expect(io).toHaveProperty(name);
  });

  it("shares a manager between namespaces of one origin and path", () => {
    const a = io(`${URL}/a`, idle);
    expect(a).toBeInstanceOf(Socket);
    expect(a.io).toBeInstanceOf(Manager);
    expect([a.nsp, io(`${URL}/b`, idle).nsp]).toEqual(["/a", "/b"]);
    expect(io(`${URL}/c?x=1`, idle).io).toBe(a.io);
    expect(io(`${URL}/a`, idle)).not.toBe(a);
    expect(io(`${URL}/a`, idle).io).not.toBe(a.io);
    expect(io(`${URL}/d`, { ...idle, forceNew: true }).io).not.toBe(a.io);
    expect(io(`${URL}/d`, { ...idle, multiplex: false }).io).not.toBe(a.io);
    expect(io(`${URL}/d`, { ...idle, path: "/other" }).io).not.toBe(a.io);
    expect(io(`${URL}0/d`, idle).io).not.toBe(a.io);
    expect(io(`${URL}/e`, idle).io).toBe(a.io);
  });

  it("is safe with names of Object.prototype", () => {
    const first = io(`${URL}/toString`, idle);
    expect(first.nsp).toBe("/toString");
    expect(io(`${URL}/__proto__`, idle).io).toBe(first.io);
    expect(first.io.socket("__proto__", {}).nsp).toBe("__proto__");
    expect(first.io.socket("constructor")).toBeInstanceOf(Socket);
  });

  it("takes the server from the page", async () => {
    const server = await start(Server);
    server.io.of("/chat").on("connection", () => {});
    const { host } = new globalThis.URL(server.url);
    Object.defineProperty(globalThis, "location", {
      value: { protocol: "http:", host },
      configurable: true,
    });
    const sockets = [io(), io("/chat"), io({ forceNew: true }), io(`//${host}/chat`, { forceNew: true })];
    for (const socket of sockets) onEnd(() => socket.disconnect());
    await Promise.all(sockets.map((socket) => waitFor(socket, "connect")));
  });

  it.each([
    ["auth", { auth: "token" }],
    ["auth", { auth: 5 }],
    ["transports", { transports: "websocket" }],
    ["reconnectionDelay", { reconnectionDelay: -1 }],
  ])("says that %s is invalid: %o", (name, options) => {
    expect(() => io(`${URL}/`, { ...options, forceNew: true } as never)).toThrow(
      expect.objectContaining({
        code: "ERR_INVALID_OPTION",
        message: expect.stringContaining(`"${name}"`),
      }),
    );
  });

  it("says what is missing where there is no page", () => {
    for (const url of [undefined, "", "/chat"]) {
      expect(() => io(url)).toThrow(expect.objectContaining({ code: "ERR_NO_LOCATION" }));
    }
    expect(() => io({ autoConnect: false })).toThrow(/http:\/\/host/);
  });

  it("works as io.connect('http://host/nsp')", async () => {
    const server = await start(Server);
    server.io.of("/news").on("connection", (peer) => peer.emit("item", { news: "item" }));
    const news = io.connect(`${server.url}/news`);
    onEnd(() => news.disconnect());
    expect(await waitFor(news, "item")).toEqual([{ news: "item" }]);
  });
});

describe("manager", () => {
  it("has one socket for each namespace, connected on demand", async () => {
    const server = await start(Server);
    const manager = new Manager(server.url);
    onEnd(() => manager._close());
    const socket = manager.socket("/");
    expect(manager.socket("/")).toBe(socket);
    await waitFor(socket, "connect");
    socket.disconnect();
    expect(manager.socket("/").active).toBe(true);
    await waitFor(socket, "connect");
  });

  it("takes the engine's options without a URL", async () => {
    const server = await start(Server);
    const { hostname, port } = new globalThis.URL(server.url);
    const manager = new Manager({ hostname, port });
    onEnd(() => manager._close());
    await waitFor(manager.socket("/"), "connect");
  });

  it("forwards packets and heartbeats", async () => {
    const server = await start(Server, {}, { pingInterval: 20 });
    const socket = server.connect();
    const [packet] = await waitFor(socket.io, "packet");
    expect(packet).toMatchObject({ type: 0, nsp: "/" });
    await waitFor(socket.io, "ping");
  });

  it("closes the connection of all namespaces", async () => {
    const server = await start(Server);
    const socket = server.connect();
    await waitFor(socket, "connect");
    socket.io._close();
    expect([socket.connected, socket.io._readyState, socket.io._reconnecting]).toEqual([
      false,
      "closed",
      false,
    ]);
  });
});
