import { createServer } from "node:http";
import type { Duplex } from "node:stream";
import { openTcp, Queue, waitFor } from "testkit";
import { describe, expect, test } from "vitest";
import type { Middleware } from "../../src/node/middleware.js";
import { PATH, startEngine } from "../support.js";

const HANDSHAKE = "EIO=4&transport=polling";

async function upgradeReply(url: string): Promise<string> {
  const tcp = await openTcp(url);
  tcp.write(
    `GET ${PATH}?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
      "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  const head = (await tcp.takeUntil("\r\n\r\n")).toString();
  if (head.startsWith("HTTP/1.1 101")) {
    tcp.destroy();
    return head;
  }
  return head + (await tcp.takeAll()).toString();
}

test("middlewares run in order, for every request, and may set headers", async () => {
  const { engine, url, request } = await startEngine();
  const ran: string[] = [];
  engine.use((req, res, next) => {
    ran.push(`1 ${req.method}`);
    res.setHeader("x-a", "1");
    setImmediate(next);
  });
  engine.use(async (_, res, next) => {
    ran.push("2");
    res.setHeader("x-b", ["2", "3"]);
    next();
  });
  const { headers, status } = await request(HANDSHAKE);
  expect([status, headers["x-a"], headers["x-b"]]).toEqual([200, "1", "2, 3"]);
  const reply = await upgradeReply(url);
  expect(reply).toMatch(/^HTTP\/1.1 101/);
  expect(reply).toContain("\r\nx-a: 1\r\nx-b: 2\r\nx-b: 3\r\n");
  expect(ran).toEqual(["1 GET", "2", "1 GET", "2"]);
});

test("a WebSocket works behind middlewares", async () => {
  const { engine, ws } = await startEngine();
  engine.use((_, __, next) => next());
  const { wire, socket } = await ws();
  socket.send("a");
  expect(await wire.text()).toBe("4a");
  wire.send("4b");
  expect(await waitFor(socket, "message")).toEqual(["b"]);
});

describe.each<[string, Middleware]>([
  ["calls next with an error", (_, __, next) => next(new Error("no"))],
  [
    "throws",
    () => {
      throw new Error("no");
    },
  ],
  ["rejects", () => Promise.reject(new Error("no"))],
  ["rejects with nothing", () => Promise.reject()],
])("one that %s", (_, middleware) => {
  test("refuses the request", async () => {
    const { engine, request, url } = await startEngine();
    engine.use(middleware);
    const errors: object[] = [];
    engine.on("connection_error", ({ code, message, context: { name } }) =>
      errors.push({ code, message, name }),
    );
    expect(await request(HANDSHAKE)).toMatchObject({
      status: 400,
      text: '{"code":3,"message":"Bad request"}',
    });
    expect(await upgradeReply(url)).toMatch(/^HTTP\/1.1 400 Bad Request\r\n[\s\S]*\r\n\r\nBad request$/);
    const expected = { code: 3, message: "Bad request", name: "MIDDLEWARE_FAILURE" };
    expect(errors).toEqual([expected, expected]);
  });
});

test("one that answers by itself has the last word, upgrades included", async () => {
  const { engine, url, request } = await startEngine();
  engine.use((_, res) => {
    res.writeHead(401, { "x-why": "because" });
    res.end("who are you?");
  });
  engine.use(() => expect.unreachable());
  const reply = await request(HANDSHAKE);
  expect([reply.status, reply.headers["x-why"], reply.text]).toEqual([401, "because", "who are you?"]);
  expect(await upgradeReply(url)).toMatch(
    /^HTTP\/1.1 401 Unauthorized\r\nx-why: because\r\n[\s\S]*who are you\?/,
  );
});

test("one that answers and calls next all the same: nothing is written twice", async () => {
  const { engine, url, request } = await startEngine();
  engine.use((_, res, next) => {
    res.end("done");
    next();
  });
  expect((await request(HANDSHAKE)).text).toBe("done");
  expect(await upgradeReply(url)).toContain("done");
  expect(engine.clientsCount).toBe(0);
});

test("one that answers and then fails", async () => {
  const { engine, url, request } = await startEngine();
  engine.use((_, res, next) => {
    res.end("done");
    next(new Error("late"));
  });
  expect((await request(HANDSHAKE)).text).toBe("done");
  expect(await upgradeReply(url)).toContain("done");
});

test("next counts once", async () => {
  const { engine, poll } = await startEngine();
  engine.use((_, __, next) => {
    next();
    next();
    next(new Error("late"));
  });
  await poll();
  expect(engine.clientsCount).toBe(1);
});

describe("cors", () => {
  const origin = "http://a.example";

  test("no header without the option", async () => {
    const { request } = await startEngine();
    const { headers } = await request(HANDSHAKE, { headers: { origin } });
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  test("its headers are on answers, refusals and upgrades", async () => {
    const { url, request } = await startEngine({ cors: { origin, credentials: true } });
    for (const query of [HANDSHAKE, "EIO=4"]) {
      const { headers } = await request(query, { headers: { origin } });
      expect(headers).toMatchObject({
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
        vary: "Origin",
      });
    }
    expect(await upgradeReply(url)).toContain(`Access-Control-Allow-Origin: ${origin}`.toLowerCase());
  });

  test("Vary joins what is there", async () => {
    const http = createServer();
    const { engine, request } = await startEngine({ cors: { origin } });
    engine.attach(http);
    engine.use((_, res, next) => {
      res.appendHeader("Vary", "X-Other");
      next();
    });
    expect((await request(HANDSHAKE)).headers.vary).toBe("Origin, X-Other");
  });

  test("an error of the application refuses the request", async () => {
    const { request } = await startEngine({ cors: (_, callback) => callback(new Error("no")) });
    expect((await request(HANDSHAKE)).status).toBe(400);
  });
});

test("a client that goes away while a middleware waits", async () => {
  const { engine, url } = await startEngine();
  const waiting = new Queue<Duplex>("a request in the middleware");
  const over = new Queue<void>("the end of the middleware");
  engine.use((req, _, next) => {
    req.socket.once("close", () => {
      next();
      over.push();
    });
    waiting.push(req.socket);
  });
  const tcp = await openTcp(url);
  tcp.write(
    `GET ${PATH}?EIO=4&transport=websocket HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
  );
  await waiting.next();
  tcp.reset();
  await over.next();
  expect(engine.clientsCount).toBe(0);
});
