import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { collect, httpRequest, listen, openPolling, waitFor } from "testkit";
import { afterEach, expect, test } from "vitest";
import { type Handshake, Server, type Socket } from "../../src/index.js";
import { type Started, start } from "../support/start.js";

let started: Started | undefined;
afterEach(() => started?.close());

test("settings are kept, switched and told", async () => {
  const io = new Server();
  expect(io.get("anything")).toBeUndefined();
  expect(io.set("anything", { of: "mine" })).toBe(io);
  expect(io.get("anything")).toEqual({ of: "mine" });
  expect(io.set("anything")).toEqual({ of: "mine" });
  expect([io.enabled("log"), io.disabled("log")]).toEqual([false, true]);
  expect(io.enable("log").enabled("log")).toBe(true);
  expect(io.disable("log").disabled("log")).toBe(true);
  expect(io.set("log level", 3).set("__proto__", 1).set("constructor", 2).get("constructor")).toBe(2);
});

test("configure() calls back for its environment", () => {
  const io = new Server();
  const called: string[] = [];
  const env = process.env.NODE_ENV;
  try {
    process.env.NODE_ENV = "production";
    io.configure(function () {
      called.push(`always ${this === io}`);
    });
    io.configure("production", () => called.push("production"));
    io.configure("development", () => called.push("development"));
    delete process.env.NODE_ENV;
    io.configure("development", () => called.push("development, by default"));
  } finally {
    process.env.NODE_ENV = env;
  }
  expect(called).toEqual(["always true", "production", "development, by default"]);
});

test("transports have effect on new connections, and dead ones are said once", async () => {
  started = await start();
  const { io, url } = started;
  const warnings = collect(process, "warning");
  expect((await openPolling(url)).handshake.upgrades).toEqual(["websocket"]);
  io.set("transports", ["websocket", "flashsocket", "xhr-polling"]);
  io.set("transports", ["flashsocket", "htmlfile", "jsonp-polling"]);
  expect((await openPolling(url)).handshake.upgrades).toEqual([]);
  expect(io.get("transports")).toEqual(["flashsocket", "htmlfile", "jsonp-polling"]);
  io.set("transports", ["websocket"]);
  expect((await httpRequest(url, "/socket.io/?EIO=4&transport=polling")).status).toBe(400);
  const said = await warnings.take(2);
  warnings.stop();
  expect(said.map(({ args }) => (args[0] as { code?: string }).code)).toEqual([
    "SOCKET_IO_DEAD_TRANSPORT",
    "SOCKET_IO_DEAD_TRANSPORT",
  ]);
  expect(warnings.size).toBe(0);
  for (const names of [["flashsocket"], ["carrier pigeon"], ["constructor"]]) {
    expect(() => io.set("transports", names)).toThrow(
      expect.objectContaining({ code: "ERR_INVALID_OPTION" }),
    );
  }
});

test("settings from before and after listen() are the engine's options", async () => {
  const http = createServer((_request, response) => response.end("the application"));
  const io = new Server();
  io.set("heartbeat interval", 10).set("resource", "/realtime");
  io.listen(http);
  io.set("heartbeat timeout", 7).set("destroy buffer size", 1234).set("origins", "http://a.b");
  const { url, close } = await listen(http);
  http.on("request", (_request, response) => response.headersSent);
  const wire = await openPolling(url, { path: "/realtime/" });
  expect(wire.handshake).toMatchObject({ pingInterval: 10_000, pingTimeout: 7000, maxPayload: 1234 });
  expect((await wire.request({ method: "OPTIONS" })).headers["access-control-allow-origin"]).toBe(
    "http://a.b",
  );
  expect((await httpRequest(url, "/")).text).toBe("the application");

  const warning = waitFor<[{ code?: string }]>(process, "warning");
  io.set("heartbeat interval", 20);
  expect((await warning)[0].code).toBe("SOCKET_IO_SET_TOO_LATE");
  expect(() => io.set("heartbeat interval", "often")).toThrow(/number of seconds/);
  await io.close();
  await close();
});

test("authorization decides about handshakes", async () => {
  started = await start();
  const { io, url } = started;
  type Accept = (error: Error | null, authorized: boolean) => void;
  io.set("authorization", (handshake: Handshake, accept: Accept) => {
    if (handshake.query.token === "error") accept(new Error("not you"), false);
    else accept(null, handshake.query.token === "good" && handshake.address === "127.0.0.1");
  });
  await openPolling(url, { query: { token: "good" } });
  const target = "/socket.io/?EIO=4&transport=polling";
  expect((await httpRequest(url, `${target}&token=bad`)).status).toBe(403);
  expect((await httpRequest(url, `${target}&token=error`)).text).toContain("not you");
});

test("values kept with a socket, json flags and rooms as they once were", async () => {
  started = await start();
  const { io, connect } = started;
  const results: unknown[] = [];
  io.sockets.on("connection", (socket) => {
    const record = (...args: unknown[]) => results.push(args);
    socket.set("nickname", "bieber", record);
    socket.get("nickname", record).has("nickname", record).del("nickname", record).get("nickname", record);
    socket.has("nickname", record);
    socket.join("fans");
    socket.json.send({ a: "message" });
    socket.broadcast.json.send({ to: "others" });
    socket.volatile.json.emit("x");
    io.sockets.json.send({ to: "all" });
    io.sockets.in("fans").json.send({ to: "fans" });
  });
  const client = connect();
  const messages = collect(client, "message");
  const got = await messages.take(3);
  expect(got.map(({ args }) => args[0])).toEqual([{ a: "message" }, { to: "all" }, { to: "fans" }]);
  expect(results).toEqual([[null], [null, "bieber"], [null, true], [null], [null, null], [null, false]]);
});

test("listen() takes a port", async () => {
  const io = new Server();
  io.listen(0 as number);
  await waitFor(io.httpServer, "listening");
  const { port } = io.httpServer.address() as AddressInfo;
  expect((await httpRequest(`http://localhost:${port}`, "/")).status).toBe(404);
  await io.close();
  expect(() => io.listen({} as never)).toThrow(expect.objectContaining({ code: "ERR_INVALID_HTTP_SERVER" }));
  expect(() => io.listen("somewhere" as never)).toThrow(/expected an HTTP server or a port/);
});

test("a socket is known to all by the same name", async () => {
  started = await start();
  started.connect();
  const [socket] = await waitFor<[Socket]>(started.io.sockets, "connection");
  expect(started.io.sockets.sockets.get(socket.id)).toBe(socket);
});
