import { gunzipSync, inflateSync } from "node:zlib";
import { httpRequest, openPolling } from "testkit";
import { expect, test } from "vitest";
import type { Capabilities } from "./hosts.js";
import type { Start } from "./remote.js";

const PATH = "/socket.io/";
const HANDSHAKE = `${PATH}?EIO=4&transport=polling`;

export function pollingSuite(start: Start, can: Capabilities): void {
  test("handshake: what the server says, and what it knows of the request", async () => {
    const { url, next } = await start({
      options: { pingInterval: 1234, pingTimeout: 2345, maxHttpBufferSize: 3456 },
    });
    const reply = await httpRequest(url, `${HANDSHAKE}&room=a%20b`, { headers: { "x-agent": "me" } });
    expect(reply.status).toBe(200);
    expect(reply.headers["content-type"]).toBe("text/plain; charset=UTF-8");
    expect(reply.headers["cache-control"]).toBe("no-store");
    expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
    const handshake = JSON.parse(reply.text.slice(1));
    expect(handshake).toEqual({
      sid: expect.stringMatching(/^[\w-]{20}$/),
      upgrades: ["websocket"],
      pingInterval: 1234,
      pingTimeout: 2345,
      maxPayload: 3456,
    });
    expect(await next("connection")).toMatchObject({
      id: handshake.sid,
      protocol: 4,
      transport: "polling",
      remoteAddress: "127.0.0.1",
      url: `${HANDSHAKE}&room=a%20b`,
      headers: { "x-agent": "me" },
    });
  });

  test("messages both ways, text and binary", async () => {
    const { url, next } = await start();
    const wire = await openPolling(url);
    await wire.post("4a", "4é😀", "bAQID", "4", "4\ufeffx");
    const heard = [];
    for (let i = 0; i < 5; i++) heard.push(await next("message", wire.handshake.sid));
    expect(heard.map(({ text, bytes, isBuffer }) => text ?? [bytes, isBuffer])).toEqual([
      "a",
      "é😀",
      [3, true],
      "",
      "\ufeffx",
    ]);
    expect(await wire.poll()).toEqual(["bAQID"]);
    const waiting = wire.poll();
    await wire.post("4echo é😀");
    expect(await waiting).toEqual(["4é😀"]);
  });

  test("protocol 3: text, bytes, JSONP", async () => {
    const { url, next } = await start({ options: { allowEIO3: true } });
    const target = `${PATH}?EIO=3&transport=polling`;
    const { text } = await httpRequest(url, target);
    const sid = /"sid":"([^"]+)/.exec(text)?.[1] as string;
    const body = Buffer.from([1, 4, 255, 4, 1, 2, 3]);
    const headers = { "content-type": "application/octet-stream" };
    expect((await httpRequest(url, `${target}&sid=${sid}`, { method: "POST", headers, body })).text).toBe(
      "ok",
    );
    expect(await next("message", sid)).toMatchObject({ bytes: 3, isBuffer: true });
    const polled = await httpRequest(url, `${target}&sid=${sid}`);
    expect(polled.headers["content-type"]).toBe("application/octet-stream");
    expect(polled.body).toEqual(body);
    expect((await httpRequest(url, `${target}&j=3`)).text).toMatch(/^___eio\[3\]\("/);
  });

  test("close, by either side; each session ends once", async () => {
    const { url, next, all, call } = await start();
    const wire = await openPolling(url);
    await wire.post("4close");
    expect(await wire.pollUntil((packet) => packet === "1")).toEqual(["4bye", "1"]);
    expect(await next("close")).toMatchObject({ id: wire.handshake.sid, reason: "forced close" });
    const other = await openPolling(url);
    const waiting = other.poll();
    await other.post("1");
    expect(await waiting).toEqual(["6"]);
    expect(await next("close", other.handshake.sid)).toMatchObject({ reason: "transport close" });
    expect((await call("state")).clientsCount).toBe(0);
    expect(all("close").length).toBe(2);
    expect((await other.request()).text).toBe('{"code":1,"message":"Session ID unknown"}');
  });

  test("pings, and a client that does not answer them", async () => {
    const { url, next } = await start({ options: { pingInterval: 50, pingTimeout: 60 } });
    const wire = await openPolling(url);
    for (let i = 0; i < 3; i++) {
      expect(await wire.poll()).toEqual(["2"]);
      await wire.post("3");
    }
    expect(await next("close")).toMatchObject({ reason: "ping timeout" });
  });

  test("a poll abandoned by its client ends the session and leaves nothing", async () => {
    const { url, next, call } = await start();
    const wire = await openPolling(url);
    const abandoned = wire.request({ onRequest: (request) => void setTimeout(() => request.destroy(), 50) });
    await expect(abandoned).rejects.toThrow();
    expect(await next("close")).toMatchObject({ reason: "transport error", code: "ERR_REQUEST_ABORTED" });
    expect((await call("state")).clientsCount).toBe(0);
  });

  test.each([
    ["gzip", "gzip", gunzipSync],
    ["deflate", "deflate", inflateSync],
    ["gzip;q=0, deflate", "deflate", inflateSync],
    ["br", can.brotli ? "br" : undefined, undefined],
    ["identity", undefined, undefined],
  ])("compression: Accept-Encoding: %s", async (accept, expected, decompress) => {
    const { url, call } = await start();
    const wire = await openPolling(url);
    const text = "a".repeat(2000);
    await call("send", { id: wire.handshake.sid, data: text });
    const { headers, body } = await wire.request({ headers: { "accept-encoding": accept } });
    expect(headers["content-encoding"]).toBe(expected);
    if (decompress) expect(decompress(body).toString()).toBe(`4${text}`);
    else if (!expected) expect(body.toString()).toBe(`4${text}`);
  });

  test("compression: the threshold, and messages that are not to be", async () => {
    const { url, call } = await start({ options: { httpCompression: { threshold: 100 } } });
    const wire = await openPolling(url);
    const headers = { "accept-encoding": "gzip" };
    const encodingOf = async (size: number, options?: object) => {
      await call("send", { id: wire.handshake.sid, data: "a".repeat(size), options });
      return (await wire.request({ headers })).headers["content-encoding"];
    };
    expect([await encodingOf(98), await encodingOf(99), await encodingOf(99, { compress: false })]).toEqual([
      undefined,
      "gzip",
      undefined,
    ]);
  });

  test("large messages, both ways", async () => {
    const { url, next } = await start({ options: { maxHttpBufferSize: 3e6 } });
    const wire = await openPolling(url);
    const text = "é".repeat(1e6);
    await wire.post(`4echo ${text}`);
    expect((await next("message")).text).toBe(1e6 + 5);
    expect((await wire.poll())[0]?.length).toBe(1e6 + 1);
  });

  test("CORS: headers on every answer, preflights, a delegate and its error", async () => {
    const { url } = await start({ options: { cors: { origin: ["http://a.example"], credentials: true } } });
    const headers = { origin: "http://a.example" };
    for (const target of [HANDSHAKE, `${PATH}?EIO=4`]) {
      const reply = await httpRequest(url, target, { headers });
      expect(reply.headers["access-control-allow-origin"]).toBe("http://a.example");
      expect(reply.headers["access-control-allow-credentials"]).toBe("true");
      expect(reply.headers.vary).toContain("Origin");
    }
    const preflight = await httpRequest(url, HANDSHAKE, {
      method: "OPTIONS",
      headers: { ...headers, "access-control-request-headers": "x-a" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers["access-control-allow-headers"]).toBe("x-a");
    const other = await httpRequest(url, HANDSHAKE, { headers: { origin: "http://b.example" } });
    expect(other.headers["access-control-allow-origin"]).toBeUndefined();

    const { url: delegated, next } = await start({ uses: ["corsDelegate"] });
    const reply = await httpRequest(delegated, HANDSHAKE, { headers });
    expect(reply.headers["access-control-allow-origin"]).toBe("http://a.example");
    expect(
      (await httpRequest(delegated, HANDSHAKE, { headers: { origin: "http://bad.example" } })).status,
    ).toBe(400);
    expect(await next("connection_error")).toMatchObject({
      code: 3,
      context: { name: "MIDDLEWARE_FAILURE" },
    });
  });

  test("a cookie, and headers of the application", async () => {
    const { url } = await start({
      options: { cookie: { name: "node", sameSite: "strict" } },
      uses: ["headers"],
    });
    const reply = await httpRequest(url, HANDSHAKE);
    const { sid } = JSON.parse(reply.text.slice(1));
    expect(reply.headers["set-cookie"]).toEqual([`node=${sid}; Path=/; HttpOnly; SameSite=Strict`]);
    expect([reply.headers["x-initial"], reply.headers["x-each"]]).toEqual(["polling", "1, 2"]);
    const post = await httpRequest(url, `${HANDSHAKE}&sid=${sid}`, { method: "POST", body: "4a" });
    expect([post.headers["x-initial"], post.headers["x-each"]]).toEqual([undefined, "1, 2"]);
  });

  test("ids of the application, and one that is taken", async () => {
    const { url, next } = await start({ uses: ["ids"] });
    const wire = await openPolling(url, { query: { name: "a" } });
    expect(wire.handshake.sid).toBe("id-a");
    const again = await httpRequest(url, `${HANDSHAKE}&name=a`);
    expect([again.status, JSON.parse(again.text).code]).toEqual([400, 3]);
    expect((await next("connection_error")).context.name).toBe("ID_GENERATION_ERROR");
  });

  test.each([
    ["refuse", "not you", 403, '{"code":4,"message":"not you"}'],
    ["refuse", "", 403, '{"code":4,"message":"Forbidden"}'],
    ["refuseLater", "x", 403, '{"code":4,"message":"Forbidden"}'],
  ])("allowRequest (%s) says %j", async (use, message, status, text) => {
    const { url, next, call } = await start({ uses: [use] });
    expect(await httpRequest(url, HANDSHAKE, { headers: { "x-refuse": message } })).toMatchObject({
      status,
      text,
    });
    expect(await next("connection_error")).toMatchObject({ code: 4, message: "Forbidden" });
    expect((await httpRequest(url, HANDSHAKE)).status).toBe(200);
    expect((await call("state")).clientsCount).toBe(1);
  });

  test("what allowRequest throws is for the application, not for the client", async () => {
    const { url, next } = await start({ uses: ["refuseLater"] });
    const { text } = await httpRequest(url, HANDSHAKE, { headers: { "x-throw": "1" } });
    expect(text).toBe('{"code":4,"message":"Forbidden"}');
    expect((await next("connection_error")).context.error).toBe("Error: not told");
  });

  test("allowedOrigins", async () => {
    const { url, next } = await start({ options: { allowedOrigins: ["http://a.example"] } });
    expect((await httpRequest(url, HANDSHAKE, { headers: { origin: "http://a.example" } })).status).toBe(200);
    expect(await httpRequest(url, HANDSHAKE, { headers: { origin: "http://evil.example" } })).toMatchObject({
      status: 403,
      text: '{"code":4,"message":"Origin http://evil.example not allowed"}',
    });
    expect((await next("connection_error")).context).toMatchObject({ name: "INVALID_ORIGIN" });
  });

  test("initialPacket goes with the handshake", async () => {
    const { url } = await start({ options: { initialPacket: "hi" } });
    expect((await openPolling(url)).first).toEqual(["4hi"]);
  });

  test("a closed engine answers 503", async () => {
    const { url, call } = await start();
    const wire = await openPolling(url);
    const waiting = wire.request();
    while (!(await call("socket", { id: wire.handshake.sid }))?.writable);
    await call("close");
    expect((await waiting).text).toBe("1");
    // Where the engine closes with its HTTP server there is nobody to answer.
    const reply = await httpRequest(url, HANDSHAKE).catch(() => ({ status: 503 }));
    expect(reply.status).toBe(503);
  });
}
