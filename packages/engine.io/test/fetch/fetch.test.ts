import { createServer } from "node:http";
import { listen, openPolling, openWebSocket, waitFor } from "testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { FetchRequest, type FetchServerOptions, Server, type Socket } from "../../src/fetch.js";
import { Server as NodeServer } from "../../src/index.js";

const URL_ = "http://example.test/engine.io/?EIO=4&transport=polling";

function start(options: FetchServerOptions = {}) {
  const engine = new Server(options);
  onTestFinished(() => void engine.close());
  return engine;
}

/** A polling session, by requests that never see a network. */
async function session(engine: Server) {
  const connection = waitFor<[Socket<FetchRequest>]>(engine, "connection");
  const opened = await engine.fetch(new Request(URL_));
  const [socket] = await connection;
  return { opened, socket, url: `${URL_}&sid=${socket.id}` };
}

describe("without any runtime", () => {
  test("a session: handshake, poll, post", async () => {
    const engine = start();
    const { opened, socket, url } = await session(engine);
    expect([opened.status, (await opened.text()).slice(0, 8)]).toEqual([200, '0{"sid":']);
    expect(socket.request).toBeInstanceOf(FetchRequest);
    expect(socket.request.raw.url).toBe(URL_);
    expect([socket.request.url, socket.request.method]).toEqual([
      "/engine.io/?EIO=4&transport=polling",
      "GET",
    ]);
    expect([socket.remoteAddress, socket.request.socket.encrypted]).toEqual(["", false]);
    const polled = engine.fetch(new Request(url));
    const heard = waitFor(socket, "message");
    const posted = await engine.fetch(new Request(url, { method: "POST", body: "4hello" }));
    expect([await heard, await posted.text()]).toEqual([["hello"], "ok"]);
    socket.send("hi");
    expect(await (await polled).text()).toBe("4hi");
  });

  test("a poll whose request is aborted", async () => {
    const engine = start();
    const { socket, url } = await session(engine);
    const client = new AbortController();
    const polled = engine.fetch(new Request(url, { signal: client.signal }));
    while (!socket.transport.writable) await new Promise(setImmediate);
    const closed = waitFor(socket, "close");
    client.abort();
    expect(await closed).toEqual([
      "transport error",
      expect.objectContaining({ code: "ERR_REQUEST_ABORTED" }),
    ]);
    expect((await polled).status).toBe(499);
    expect(engine.clientsCount).toBe(0);
  });

  test("a body that somebody else has read is an error that says so, and ends the session", async () => {
    const engine = start();
    const { socket, url } = await session(engine);
    const closed = waitFor<[string]>(socket, "close");
    const request = new Request(url, { method: "POST", body: "4hello" });
    await request.text();
    await expect(engine.fetch(request)).rejects.toMatchObject({ code: "ERR_BODY_USED" });
    expect((await closed)[0]).toBe("transport error");
  });

  test("a large response is counted as the client reads it", async () => {
    const engine = start({ httpCompression: false });
    const { socket, url } = await session(engine);
    socket.send("x".repeat(1e6));
    const polled = await engine.fetch(new Request(url));
    expect(socket.bufferedAmount).toBe(1e6 + 1);
    const reader = polled.body?.getReader();
    await reader?.read();
    expect(socket.bufferedAmount).toBeLessThan(1e6);
    while (!(await reader?.read())?.done);
    expect(socket.bufferedAmount).toBe(0);
  });

  test("an upgrade is refused where the runtime has none", async () => {
    const engine = start();
    const error = waitFor<[{ code: number; context: object }]>(engine, "connection_error");
    const headers = { upgrade: "websocket", connection: "upgrade" };
    const reply = await engine.fetch(new Request(URL_.replace("polling", "websocket"), { headers }));
    expect(reply.status).toBe(400);
    expect((await error)[0]).toMatchObject({ code: 3, context: { name: "TRANSPORT_HANDSHAKE_ERROR" } });
  });

  test("handler(): the path, and what Bun must be told", async () => {
    const engine = start({
      path: "/socket.io",
      maxHttpBufferSize: 1000,
      pingInterval: 10_000,
      pingTimeout: 5000,
    });
    const { fetch, websocket, ...more } = engine.handler();
    expect((await fetch(new Request("http://x/socket.io/?EIO=4&transport=polling"))).status).toBe(200);
    for (const path of ["/", "/socket.iox/", "/engine.io/"]) {
      expect((await fetch(new Request(`http://x${path}?EIO=4&transport=polling`))).status).toBe(404);
    }
    expect(more).toEqual({ idleTimeout: 16, maxRequestBodySize: 1000 + 65_536 });
    expect(websocket).toMatchObject({ maxPayloadLength: 1000, idleTimeout: 16, perMessageDeflate: false });
    // More than 255 seconds are not for Bun to count: it must not count at all.
    expect(start({ pingInterval: 300_000 }).handler()).toMatchObject({
      idleTimeout: 0,
      websocket: { idleTimeout: 321 },
    });
  });

  test("an engine that closes while the application decides, and a closed one", async () => {
    const engine = start({ allowRequest: async () => Boolean(engine.close()) });
    expect((await engine.fetch(new Request(URL_))).status).toBe(503);
    expect((await engine.fetch(new Request(URL_))).status).toBe(503);
  });

  test("wsEngine is refused", () => {
    expect(() => start({ wsEngine: {} } as FetchServerOptions)).toThrow(
      expect.objectContaining({ code: "ERR_UNSUPPORTED_OPTION" }),
    );
  });
});

describe("the engine for Node.js", () => {
  const request = () => new Request(URL_);

  test("takes requests by fetch and upgrades by handleUpgrade, for the same session", async () => {
    const engine = new NodeServer({ cors: { origin: "http://a.example" } });
    const http = createServer(async (incoming, outgoing) => {
      const { method = "GET", url } = incoming;
      const reply = await engine.fetch(new Request(`http://${incoming.headers.host}${url}`, { method }), {
        incoming,
      });
      outgoing.writeHead(reply.status, Object.fromEntries(reply.headers)).end(await reply.text());
    });
    http.on("upgrade", (req, socket, head) => engine.handleUpgrade(req, socket, head));
    const { url, close } = await listen(http);
    onTestFinished(async () => {
      engine.close();
      await close();
    });
    const path = "/engine.io/";
    const wire = await openPolling(url, { path });
    const { sid } = wire.handshake;
    expect(engine.clients[sid]?.request.socket.remoteAddress).toBe("127.0.0.1");
    const websocket = await openWebSocket(url, { path, query: { sid } });
    websocket.send("2probe");
    expect(await websocket.text()).toBe("3probe");
    websocket.send("5");
    await waitFor(engine.clients[sid] as object, "upgrade");
    expect((await wire.request()).headers["access-control-allow-origin"]).toBe("http://a.example");
  });

  test("does not let a request past its middlewares", async () => {
    const engine = new NodeServer();
    expect((await engine.fetch(request())).status).toBe(200);
    engine.use((_req, _res, next) => next());
    await expect(engine.fetch(request())).rejects.toMatchObject({ code: "ERR_UNSUPPORTED" });
    engine.close();
  });
});
