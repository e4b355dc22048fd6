import { Agent, type ClientRequest } from "node:http";
import { Socket as Client } from "published-engine.io-client";
import { collect, httpRequest, openRawWebSocket, openWebSocket, waitFor } from "testkit";
import { describe, expect, test, vi } from "vitest";
import { LINKS, PATH, startBalancer, startPair } from "./support/pair.js";

const UNKNOWN = { status: 400, text: '{"code":1,"message":"Session ID unknown"}' };

describe.each(Object.keys(LINKS))("a session of another node, over %s", (kind) => {
  test("polls and posts, text and bytes", async () => {
    const { poll } = await startPair(kind);
    const { request } = await poll();
    expect(await request({ method: "POST", body: "4wörld\x1ebAAEC" })).toMatchObject({
      status: 200,
      text: "ok",
    });
    expect(await request()).toMatchObject({ status: 200, text: "4wörld\x1ebAAEC" });
    const waiting = request();
    await request({ method: "POST", body: "4later" });
    expect((await waiting).text).toBe("4later");
  });

  test("moves to a WebSocket, nothing lost", async () => {
    const { owner, other, poll } = await startPair(kind);
    const { target, request, socket } = await poll();
    const wire = await openWebSocket(other.url, { target: target.replace("polling", "websocket") });
    wire.send("2probe");
    expect(await wire.text()).toBe("3probe");
    await request({ method: "POST", body: "4first" });
    expect((await request()).text).toBe("4first");
    wire.send("5");
    wire.send("4second");
    wire.send(Buffer.alloc(900_000, 7));
    expect(await wire.text()).toBe("4second");
    expect((await wire.binary()).equals(Buffer.alloc(900_000, 7))).toBe(true);
    expect([owner.engine.clientsCount, other.engine.clientsCount]).toEqual([1, 0]);
    const closed = waitFor(socket, "close");
    wire.close();
    expect((await closed)[0]).toBe("transport close");
  });

  test("large bodies, both ways", async () => {
    const { poll } = await startPair(kind);
    const { request } = await poll();
    const body = `4${"x".repeat(900_000)}`;
    await request({ method: "POST", body });
    const reply = await request();
    expect(reply.text === body).toBe(true);
    expect(reply.headers["content-length"]).toBe(String(body.length));
  });
});

test("the owner answers as it always does: compression, cookies, CORS, headers of the application", async () => {
  const { owner, other, poll } = await startPair("unix", { cors: { origin: "https://a.com" } });
  const seen: unknown[] = [];
  owner.engine.on("headers", (headers, request) => {
    headers["set-cookie"] = ["a=1", "b=2"];
    headers.x = "owner";
    seen.push(request.headers.cookie, request.socket.remoteAddress, Object.keys(request.headers).join());
  });
  other.engine.on("headers", () => expect.unreachable());
  const { request, target } = await poll({ origin: "https://a.com", cookie: "io=1" });
  seen.length = 0;
  await request({ method: "POST", body: `4${"x".repeat(5000)}` });
  const { headers, body } = await request({ headers: { "accept-encoding": "gzip" } });
  expect(headers).toMatchObject({
    x: "owner",
    "set-cookie": ["a=1", "b=2"],
    "content-encoding": "gzip",
    "access-control-allow-origin": "https://a.com",
  });
  expect(body.length).toBeLessThan(500);
  expect(seen[0]).toBe("io=1");
  expect(seen[1]).toBe("127.0.0.1");
  expect(seen[2]).not.toContain("relay");
  const { head } = await openRawWebSocket(other.url, target.replace("polling", "websocket"));
  expect(head).toContain("x: owner");
});

test("a poll that its client abandons closes the session, as it does on one node", async () => {
  const { poll } = await startPair();
  const { request, socket } = await poll();
  const closed = waitFor<[string, Error]>(socket, "close");
  const ready = vi.waitUntil(() => socket.transport.writable, { timeout: 10_000 });
  let outgoing: ClientRequest | undefined;
  const reply = request({ onRequest: (one) => (outgoing = one) }).catch(() => {});
  await ready;
  outgoing?.destroy();
  const [reason, error] = await closed;
  expect([reason, error.message]).toEqual(["transport error", "poll connection closed prematurely"]);
  await reply;
});

test.each([
  ["announced", { "content-length": "300" }],
  ["in chunks", { "transfer-encoding": "chunked" }],
])("a body that is too large, its length %s", async (_, headers) => {
  const { poll } = await startPair("unix", { maxHttpBufferSize: 100 });
  const { request, socket } = await poll();
  const closed = waitFor<[string, { code: string }]>(socket, "close");
  const reply = await request({ method: "POST", body: `4${"x".repeat(299)}`, headers });
  expect(reply.status).toBe(413);
  expect(reply.headers.connection).toBe("close");
  expect((await closed)[1].code).toBe("ERR_PAYLOAD_TOO_LARGE");
});

test("a body of just the permitted size goes through, in chunks too", async () => {
  const { poll } = await startPair("unix", { maxHttpBufferSize: 100 });
  const { request } = await poll();
  const body = `4${"x".repeat(99)}`;
  const headers = { "transfer-encoding": "chunked" };
  expect((await request({ method: "POST", body, headers })).text).toBe("ok");
  expect((await request()).text).toBe(body);
});

test("a balancer that gives each connection to another node: in order both ways, through the upgrade", async () => {
  const { owner, other } = await startPair("tcp");
  const url = await startBalancer([owner.url, other.url]);
  const agent = new Agent({ keepAlive: false }) as never;
  const clients = Array.from({ length: 10 }, () => new Client(url, { agent }));
  await Promise.all(
    clients.map(async (client) => {
      const upgraded = waitFor(client, "upgrade");
      await waitFor(client, "open");
      const echoes = collect(client, "message");
      for (let i = 0; i < 200; i++) {
        client.send(`${i}`);
        if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      const got = (await echoes.take(200)).map(({ args }) => args[0]);
      expect(got).toEqual(Array.from({ length: 200 }, (_, i) => `${i}`));
      await upgraded;
    }),
  );
  expect(owner.engine.clientsCount + other.engine.clientsCount).toBe(10);
  const closed = [owner, other]
    .flatMap(({ engine }) => Object.values(engine.clients))
    .map((one) => waitFor(one, "close"));
  for (const client of clients) client.close();
  await Promise.all(closed);
  expect([owner, other].map(({ engine }) => engine.clientsCount)).toEqual([0, 0]);
});

test.each([
  ["of this node, unknown", (own: string) => own.padEnd(20, "x")],
  ["of the other node, unknown", (_: string, other: string) => other.padEnd(20, "x")],
  ["of no node", () => "zzzzz".padEnd(20, "x")],
  ["with a path", () => "../../../etc/passwd"],
  ["that is a file's name", () => "a\0bcd"],
  ["shorter than the id of a node", () => "abc"],
  ["that is very long", () => "x".repeat(5000)],
])("a session id %s: refused at once, polling, posting and upgrading", async (_, make) => {
  const { owner, other } = await startPair();
  const refusals: unknown[] = [];
  for (const { engine } of [owner, other]) {
    engine.on("connection_error", ({ code, context }) => refusals.push([code, context.sid]));
  }
  const sid = make(owner.engine.nodeId, other.engine.nodeId);
  const target = `${PATH}?EIO=4&transport=polling&sid=${encodeURIComponent(sid)}`;
  expect(await httpRequest(owner.url, target)).toMatchObject(UNKNOWN);
  expect(await httpRequest(owner.url, target, { method: "POST", body: "4x" })).toMatchObject(UNKNOWN);
  await expect(openRawWebSocket(owner.url, target.replace("polling", "websocket"))).rejects.toMatchObject({
    reply: expect.stringContaining("400 Bad Request"),
  });
  expect(refusals).toEqual([1, 1, 1].map((code) => [code, sid]));
});
