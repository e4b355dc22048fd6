import { createServer, type Server as HttpServer } from "node:http";
import { httpRequest, listen, openPolling, openTcp, openWebSocket, Queue, waitFor } from "testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import * as api from "../../src/index.js";
import { PATH, startEngine, turns } from "../support.js";

const HANDSHAKE = "EIO=4&transport=polling";

test("the public names", () => {
  expect(Object.keys(api).sort()).toEqual([
    "OptionError",
    "Server",
    "Socket",
    "Transport",
    "TransportError",
    "attach",
    "listen",
    "parser",
    "protocol",
    "transports",
  ]);
  expect(api.protocol).toBe(4);
  expect(api.parser.protocol).toBe(4);
  expect(Object.keys(api.transports)).toEqual(["polling", "websocket", "webtransport"]);
  expect(api.Server.errors.UNSUPPORTED_PROTOCOL_VERSION).toBe(5);
  expect(api.Server.errorMessages[1]).toBe("Session ID unknown");
});

test("listen() and attach()", async () => {
  const engine = api.listen(0, { pingInterval: 1234 });
  await waitFor(engine.httpServer as object, "listening");
  const { port } = (engine.httpServer as HttpServer).address() as { port: number };
  onTestFinished(() => {
    engine.close();
    engine.httpServer?.close();
  });
  const url = `http://127.0.0.1:${port}`;
  expect((await openPolling(url, { path: PATH })).handshake.pingInterval).toBe(1234);
  expect(await httpRequest(url, "/")).toMatchObject({ status: 501, text: "Not Implemented" });
});

test("what a socket knows", async () => {
  const { connected, ws } = await startEngine();
  const connection = connected();
  const { handshake } = await ws({ room: "a" });
  const socket = await connection;
  expect(socket.id).toBe(handshake.sid);
  expect(socket).toMatchObject({ protocol: 4, readyState: "open", upgraded: false, upgrading: false });
  expect(socket.remoteAddress).toMatch(/127\.0\.0\.1$/);
  expect(socket.request.url).toContain("room=a");
  expect(socket.request._query).toMatchObject({ room: "a", EIO: "4" });
  expect(socket.request.headers.connection).toBe("Upgrade");
});

describe("attach", () => {
  test("other requests go to the listeners that were there", async () => {
    const http = createServer((request, response) => response.end(`other ${request.url}`));
    const engine = new api.Server();
    engine.attach(http, { path: "/my" });
    const { url, close } = await listen(http);
    onTestFinished(close);
    expect((await httpRequest(url, "/")).text).toBe("other /");
    expect((await httpRequest(url, `/my?${HANDSHAKE}`)).text).toBe(`other /my?${HANDSHAKE}`);
    expect((await httpRequest(url, `/my/?${HANDSHAKE}`)).text).toMatch(/^0/);
    engine.close();
  });

  test("addTrailingSlash: false", async () => {
    const { url } = await startEngine({}, { addTrailingSlash: false });
    expect((await httpRequest(url, `/engine.io?${HANDSHAKE}`)).text).toMatch(/^0/);
    expect((await httpRequest(url, `/engine.io/?${HANDSHAKE}`)).text).toMatch(/^0/);
  });

  test("two engines, and another WebSocket server, on one HTTP server", async () => {
    const http = createServer();
    const [one, two] = [new api.Server(), new api.Server()];
    one.attach(http, { path: "/one" });
    two.attach(http, { path: "/two" });
    const other = new WebSocketServer({ noServer: true });
    http.on("upgrade", (request, socket, head) => {
      if (request.url !== "/other") return;
      other.handleUpgrade(request, socket, head, (websocket) => websocket.send("other"));
    });
    const { url, close } = await listen(http);
    onTestFinished(close);
    for (const path of ["/one/", "/two/"]) {
      await openPolling(url, { path });
      expect(await (await openWebSocket(url, { path })).text()).toMatch(/^0/);
    }
    expect([one.clientsCount, two.clientsCount]).toEqual([2, 2]);
    expect(await (await openWebSocket(url, { target: "/other" })).text()).toBe("other");
  });

  test("upgrade requests that nobody handles are ended after a while", async () => {
    const { url } = await startEngine({}, { destroyUpgradeTimeout: 20 });
    const tcp = await openTcp(url);
    tcp.write("GET /other HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    expect((await tcp.takeAll()).toString()).toBe("");
  });

  test("but not those that somebody else has answered", async () => {
    const { http, url } = await startEngine({}, { destroyUpgradeTimeout: 20 });
    http.on("upgrade", (_, socket) => {
      socket.write("hello ");
      setTimeout(() => socket.end("again"), 60);
    });
    const tcp = await openTcp(url);
    tcp.write("GET /other HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n");
    expect((await tcp.takeAll()).toString()).toBe("hello again");
  });

  test("destroyUpgrade: false leaves them alone", async () => {
    const { http, url } = await startEngine({}, { destroyUpgrade: false, destroyUpgradeTimeout: 1 });
    http.on("upgrade", (_, socket) => setTimeout(() => socket.end("late"), 60));
    const tcp = await openTcp(url);
    tcp.write("GET /other HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n");
    expect((await tcp.takeAll()).toString()).toBe("late");
  });

  test("a client that resets such a connection", async () => {
    const { http, url } = await startEngine();
    const upgrade = waitFor<[object, object]>(http, "upgrade");
    const tcp = await openTcp(url);
    tcp.write("GET /other HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n");
    const [, socket] = await upgrade;
    const closed = waitFor(socket, "close");
    tcp.reset();
    await closed;
  });
});

describe("close", () => {
  test("ends all sockets, and further requests get 503", async () => {
    const { engine, url, ws, poll, request } = await startEngine();
    const sockets = [(await ws()).socket, (await poll()).socket];
    const reasons = sockets.map((socket) => waitFor<[string]>(socket, "close"));
    engine.close();
    for (const reason of reasons) expect((await reason)[0]).toBe("forced close");
    expect([engine.clientsCount, engine.clients]).toEqual([0, {}]);
    expect((await request(HANDSHAKE)).status).toBe(503);
    await expect(openWebSocket(url, { path: PATH })).rejects.toThrow("503");
    engine.close();
  });

  test("while handshakes are decided: they get 503 too", async () => {
    const asked = new Queue<(error: null, allowed: boolean) => void>("a handshake to decide");
    const { engine, url, request } = await startEngine({
      allowRequest: (_, callback) => asked.push(callback),
    });
    const polling = request(HANDSHAKE);
    const websocket = expect(openWebSocket(url, { path: PATH })).rejects.toThrow("503");
    const decide = await asked.take(2);
    engine.close();
    for (const callback of decide) callback(null, true);
    expect((await polling).status).toBe(503);
    await websocket;
    expect(engine.clientsCount).toBe(0);
  });

  test("comes with the close of the HTTP server, until it listens again", async () => {
    const http = createServer();
    const engine = new api.Server();
    engine.attach(http);
    const first = await listen(http);
    const { handshake } = await openPolling(first.url, { path: PATH });
    const closed = waitFor(engine.clients[handshake.sid] as object, "close");
    await first.close();
    await closed;
    const second = await listen(http);
    await openPolling(second.url, { path: PATH });
    await openWebSocket(second.url, { path: PATH });
    await second.close();
  });
});

describe("generateId", () => {
  test.each([
    ["at once", () => "my-id"],
    ["later", async () => "my-id"],
  ])("gives the id %s", async (_, generateId) => {
    const { engine, poll, ws } = await startEngine();
    engine.generateId = generateId;
    const { wire, socket } = await poll();
    expect(wire.handshake.sid).toBe("my-id");
    socket.close(true);
    expect((await ws()).handshake.sid).toBe("my-id");
  });

  test.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error("no id");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no id"))],
    ["gives no string", () => 42],
    ["gives an empty string", async () => ""],
    ["gives an id in use", () => "used"],
  ])("%s: the handshake is refused", async (_, generateId) => {
    const { engine, url, request, poll } = await startEngine();
    engine.generateId = () => "used";
    await poll();
    engine.generateId = generateId as () => string;
    const errors: object[] = [];
    engine.on("connection_error", ({ code, context }) =>
      errors.push({ code, name: context.name, error: context.error }),
    );
    expect(await request(HANDSHAKE)).toMatchObject({
      status: 400,
      text: '{"code":3,"message":"Bad request"}',
    });
    await expect(openWebSocket(url, { path: PATH })).rejects.toThrow("400");
    const expected = { code: 3, name: "ID_GENERATION_ERROR", error: expect.any(Error) };
    expect(errors).toEqual([expected, expected]);
    expect(engine.clientsCount).toBe(1);
  });
});

describe("allowRequest", () => {
  test.each<[string, api.ServerOptions["allowRequest"], string]>([
    ["refuses with a reason", (_, callback) => callback("not you", false), "not you"],
    ["refuses without", (_, callback) => callback(null, false), "Forbidden"],
    ["calls back twice", (_, callback) => [callback("first", false), callback(null, true)], "first"],
    ["resolves with false", async () => false, "Forbidden"],
    ["rejects", () => Promise.reject(new Error("secret")), "Forbidden"],
    [
      "throws",
      () => {
        throw new Error("secret");
      },
      "Forbidden",
    ],
  ])("%s", async (_, allowRequest, message) => {
    const { engine, url, request } = await startEngine(allowRequest ? { allowRequest } : {});
    const error = waitFor<[{ code: number }]>(engine, "connection_error");
    expect(await request(HANDSHAKE)).toMatchObject({
      status: 403,
      text: `{"code":4,"message":"${message}"}`,
    });
    expect((await error)[0].code).toBe(4);
    await expect(openWebSocket(url, { path: PATH })).rejects.toThrow("400");
  });

  test.each<[string, api.ServerOptions["allowRequest"]]>([
    ["calls back", (_, callback) => callback(null, true)],
    ["calls back later", (_, callback) => setImmediate(callback, null, true)],
    ["resolves with true", async () => true],
    ["is async and calls back", async (_, callback) => callback(null, true)],
  ])("%s: allowed", async (_, allowRequest) => {
    const { engine, poll, ws } = await startEngine(allowRequest ? { allowRequest } : {});
    await poll();
    await ws();
    expect(engine.clientsCount).toBe(2);
  });
});

describe("headers", () => {
  test("initial_headers for the first response of a session, headers for every one", async () => {
    const { engine, request, poll } = await startEngine();
    let count = 0;
    engine.on("initial_headers", (headers, { url }) => {
      headers["x-initial"] = String(url);
      headers["set-cookie"] = ["a=1", "b=2"];
    });
    engine.on("headers", (headers) => {
      headers["x-count"] = String(++count);
    });
    const first = await request(HANDSHAKE);
    expect(first.headers).toMatchObject({
      "x-initial": `${PATH}?${HANDSHAKE}`,
      "x-count": "1",
      "set-cookie": ["a=1", "b=2"],
    });
    const { wire } = await poll();
    const post = await wire.request({ method: "POST", body: "4a" });
    expect(post.headers["x-count"]).toBe("3");
    expect(post.headers).not.toHaveProperty("x-initial");
  });

  test("upgrades have them too", async () => {
    const { engine, url } = await startEngine();
    engine.on("initial_headers", (headers) => {
      headers["x-initial"] = "1";
      headers["set-cookie"] = ["a=1", "b=2"];
    });
    engine.on("headers", (headers) => {
      headers["x-all"] = "2";
    });
    const tcp = await openTcp(url);
    tcp.write(
      `GET ${PATH}?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    );
    const head = (await tcp.takeUntil("\r\n\r\n")).toString();
    expect(head).toContain("\r\nx-initial: 1\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nx-all: 2\r\n");
    tcp.destroy();
  });
});

test.each<[api.ServerOptions["cookie"], string | undefined]>([
  [true, "io=<sid>; Path=/; HttpOnly; SameSite=Lax"],
  [{ name: "x" }, "x=<sid>; Path=/; HttpOnly; SameSite=Lax"],
  [{ name: "x", path: false, sameSite: "strict" }, "x=<sid>; HttpOnly; SameSite=Strict"],
  [
    { path: "/a", httpOnly: false, maxAge: 10, secure: true },
    "io=<sid>; Max-Age=10; Path=/a; Secure; SameSite=Lax",
  ],
  [false, undefined],
])("cookie: %j", async (cookie, expected) => {
  const { request } = await startEngine({ ...(cookie === undefined ? {} : { cookie }) });
  const { headers, text } = await request(HANDSHAKE);
  const { sid } = JSON.parse(text.slice(1)) as { sid: string };
  expect(headers["set-cookie"]?.[0]?.replace(sid, "<sid>")).toBe(expected);
});

test("a host that upgrades by itself", async () => {
  const http = createServer();
  const asked: unknown[] = [];
  const engine = new api.Server({
    allowRequest: (request, callback) => {
      asked.push(request._query);
      setTimeout(callback, 10, request._query.refuse ? "refused" : null, !request._query.refuse);
    },
  });
  const wss = new WebSocketServer({ noServer: true });
  http.on("upgrade", (request, socket, head) => {
    wss.handleUpgrade(request, socket, head, (websocket) => {
      engine.prepare(request);
      engine.onWebSocket(request, socket, websocket);
    });
  });
  http.on("request", (request, response) => engine.handleRequest(request, response));
  const { url, close } = await listen(http);
  onTestFinished(close);
  engine.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));

  // A message sent before the application has decided is not lost.
  const wire = await openWebSocket(url, { path: "/any" });
  wire.send("4early");
  expect(await wire.text()).toMatch(/^0/);
  expect(await wire.text()).toBe("4early");
  expect(asked).toHaveLength(1);

  const refused = await openWebSocket(url, { path: "/any", query: { refuse: "1" } });
  expect(await refused.closed()).toEqual({ code: 1008, reason: "refused" });

  const polling = await openPolling(url, { path: "/any" });
  const upgrade = await openWebSocket(url, { path: "/any", query: { sid: polling.handshake.sid } });
  upgrade.send("2probe");
  expect(await upgrade.text()).toBe("3probe");
  await turns();
  engine.close();
});
