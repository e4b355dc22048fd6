import { openPolling, openRawWebSocket, openWebSocket, within } from "testkit";
import { expect, test } from "vitest";
import type { Capabilities } from "./hosts.js";
import type { Start } from "./remote.js";

const TARGET = "/socket.io/?EIO=4&transport=websocket";

export function webSocketSuite(start: Start, can: Capabilities): void {
  /** A session, its handshake read. */
  async function open(url: string, options: Parameters<typeof openWebSocket>[1] = {}) {
    const wire = await openWebSocket(url, options);
    const { sid } = JSON.parse((await wire.text()).slice(1)) as { sid: string };
    return { wire, sid };
  }

  test("messages both ways, text and binary, small and large", async () => {
    const { url, next } = await start();
    const { wire, sid } = await open(url, { headers: { "x-agent": "me" }, query: { room: "a" } });
    expect(await next("connection")).toMatchObject({
      id: sid,
      transport: "websocket",
      remoteAddress: "127.0.0.1",
      headers: { "x-agent": "me" },
      url: `${TARGET}&room=a`,
    });
    const large = "é".repeat(200_000);
    wire.send("4echo é😀");
    wire.send("4echo ");
    wire.send(Buffer.alloc(100_000, 7));
    wire.send(Buffer.alloc(0));
    wire.send(`4echo ${large}`);
    expect(await wire.text()).toBe("4é😀");
    expect(await wire.text()).toBe("4");
    expect((await wire.binary()).equals(Buffer.alloc(100_000, 7))).toBe(true);
    expect((await wire.binary()).length).toBe(0);
    expect((await wire.text()).length).toBe(large.length + 1);
    for (let i = 0; i < 2; i++) await next("message", sid);
    expect(await next("message", sid)).toMatchObject({ bytes: 100_000, isBuffer: true });
  });

  test("protocol 3, and base64 for clients without binary", async () => {
    const { url } = await start({ options: { allowEIO3: true } });
    const wire = await openWebSocket(url, { target: "/socket.io/?EIO=3&transport=websocket" });
    await wire.text();
    wire.send(Buffer.from([4, 1, 2, 3]));
    expect(await wire.binary()).toEqual(Buffer.from([4, 1, 2, 3]));
    wire.send("2");
    expect(await wire.text()).toBe("3");
    const { wire: base64 } = await open(url, { query: { b64: "1" } });
    base64.send("bAQID");
    expect(await base64.text()).toBe("bAQID");
  });

  test("many messages, in order, and in few writes", async () => {
    const { url, call } = await start();
    const { wire, sid } = await open(url);
    const expected = Array.from({ length: 500 }, (_, i) => `4${i}`);
    await Promise.all(expected.map((text) => call("send", { id: sid, data: text.slice(1) })));
    expect(await wire.messages.take(500)).toEqual(expected);
  });

  test("upgrade from polling: what waits comes in order, over one or the other", async () => {
    const { url, next, call } = await start();
    const polling = await openPolling(url);
    const { sid } = polling.handshake;
    const wire = await openWebSocket(url, { query: { sid } });
    wire.send("2probe");
    expect(await wire.text()).toBe("3probe");
    await next("upgrading", sid);
    await call("send", { id: sid, data: "a" });
    const polled = await polling.poll();
    await call("send", { id: sid, data: "b" });
    wire.send("5");
    await next("upgrade", sid);
    await call("send", { id: sid, data: "c" });
    const rest = polled.includes("4a") ? ["4b", "4c"] : ["4a", "4b", "4c"];
    expect(await wire.messages.take(rest.length)).toEqual(rest);
    wire.send("4echo d");
    expect(await wire.text()).toBe("4d");
    expect((await call("state")).clientsCount).toBe(1);
    expect((await polling.request()).text).toContain("Bad request");
  });

  test("an upgrade that does not come about leaves the session where it was", async () => {
    const { url, call } = await start({ options: { upgradeTimeout: 50 } });
    const polling = await openPolling(url);
    const { sid } = polling.handshake;
    for (const messages of [[], ["4a"], ["2probe", "4a"]]) {
      const wire = await openWebSocket(url, { query: { sid } });
      for (const message of messages) wire.send(message);
      await wire.closed();
    }
    expect(await call("socket", { id: sid })).toMatchObject({ readyState: "open", transport: "polling" });
    await polling.post("4echo still here");
    expect(await polling.poll()).toEqual(["4still here"]);
  });

  test("close, by either side; each session ends once", async () => {
    const { url, next, all, call } = await start();
    const { wire, sid } = await open(url);
    wire.send("4close");
    expect(await wire.text()).toBe("4bye");
    // Without a status, or with that of a normal end.
    expect([1000, 1005]).toContain((await wire.closed()).code);
    expect(await next("close", sid)).toMatchObject({ reason: "forced close" });
    const other = await open(url);
    other.wire.socket.close(4000, "because");
    expect(await next("close", other.sid)).toMatchObject({
      reason: "transport close",
      code: 4000,
      why: "because",
    });
    const third = await open(url);
    third.wire.send("1");
    expect(await next("close", third.sid)).toMatchObject({ reason: "transport close" });
    await third.wire.closed();
    expect((await call("state")).clientsCount).toBe(0);
    expect(all("close").length).toBe(3);
  });

  test("a connection that breaks", async () => {
    const { url, next, call } = await start();
    const { wire, sid } = await open(url);
    wire.socket.terminate();
    const { reason } = await next("close", sid);
    if (can.tellsCutsFromErrors) expect(reason).toBe("transport close");
    else expect(reason).toMatch(/^transport (close|error)$/);
    expect((await call("state")).clientsCount).toBe(0);
  });

  test("pings, and a client that does not answer them", async () => {
    const { url, next } = await start({ options: { pingInterval: 50, pingTimeout: 60 } });
    const { wire, sid } = await open(url);
    for (let i = 0; i < 3; i++) {
      expect(await wire.text()).toBe("2");
      wire.send("3");
    }
    expect(await next("close", sid)).toMatchObject({ reason: "ping timeout" });
    await wire.closed();
  });

  test("headers of the application and of CORS are on the answer", async () => {
    const { url } = await start({ uses: ["headers"], options: { cors: { origin: "http://a.example" } } });
    const { head, tcp } = await openRawWebSocket(url, TARGET, { origin: "http://a.example" });
    const lines = head.toLowerCase().split("\r\n");
    expect(lines).toContain("x-initial: websocket");
    expect(head).toMatch(/x-each: 1(, 2|\r\n[\s\S]*x-each: 2)/i);
    expect(lines).toContain("access-control-allow-origin: http://a.example");
    tcp.destroy();
  });

  test.each([
    ["an unknown transport", "/socket.io/?EIO=4&transport=__proto__", {}, 0, "Transport unknown"],
    ["polling asked to upgrade", "/socket.io/?EIO=4&transport=polling", {}, 3, "Bad request"],
    ["an unknown session", `${TARGET}&sid=abc`, {}, 1, "Session ID unknown"],
    ["an old protocol", "/socket.io/?EIO=3&transport=websocket", {}, 5, "Unsupported protocol version"],
    ["the application", TARGET, { "x-refuse": "not you" }, 4, "not you"],
    ["the allowed origins", TARGET, { origin: "http://b.example" }, 4, "Origin http://b.example not allowed"],
  ])("refused by %s", async (_, target, headers, code, message) => {
    const { url, next, call } = await start({
      uses: ["refuse"],
      options: { allowedOrigins: ["http://a.example"] },
    });
    await expect(openRawWebSocket(url, target, headers as Record<string, string>)).rejects.toMatchObject({
      reply: expect.stringMatching(new RegExp(`^HTTP/1.1 400 [\\s\\S]*${message}`)),
    });
    expect(await next("connection_error")).toMatchObject({ code });
    expect((await call("state")).clientsCount).toBe(0);
  });

  if (can.webSocketCompression)
    test("permessage-deflate, from the threshold on", async () => {
      const { url, call } = await start({ options: { perMessageDeflate: { threshold: 100 } } });
      const { wire, sid } = await open(url, { ws: { perMessageDeflate: true } });
      expect(wire.socket.extensions).toContain("permessage-deflate");
      for (const size of [50, 5000]) {
        await call("send", { id: sid, data: "a".repeat(size) });
        expect(await wire.text()).toBe(`4${"a".repeat(size)}`);
      }
      wire.send(`4echo ${"b".repeat(5000)}`);
      expect(await wire.text()).toBe(`4${"b".repeat(5000)}`);
    });

  test("a client that does not read: counted, then all of it, in order", async () => {
    const { url, call, next } = await start();
    const { wire, sid } = await open(url);
    wire.socket.pause();
    const { sent } = await call("fill", { id: sid, size: 100_000, limit: 8e6 });
    let { bufferedAmount } = await call("socket", { id: sid });
    expect(bufferedAmount).toBeGreaterThan(1e5);
    await call("send", { id: sid, data: "last" });
    wire.socket.resume();
    expect(await wire.messages.until((message) => message === "4last")).toBe("4last");
    expect(wire.messages.all.length).toBe(1 + sent + 1);
    wire.send("4done");
    await next("message", sid);
    while (bufferedAmount > 0) ({ bufferedAmount } = await call("socket", { id: sid }));
  });

  test("a client that does not read is disconnected at the limit", async () => {
    const { url, call, next } = await start({ options: { maxBufferedBytes: 1e6 } });
    const { wire, sid } = await open(url);
    wire.socket.pause();
    await call("fill", { id: sid, size: 100_000, limit: 5e7, count: 500 });
    expect(await next("close", sid)).toMatchObject({ reason: "transport error", code: "ERR_BUFFER_FULL" });
    wire.socket.resume();
    await within(wire.closed(), "the end of the connection");
  });

  test("close() of the engine ends every session", async () => {
    const { url, call, all } = await start();
    const { wire } = await open(url);
    const polling = await openPolling(url);
    await call("close");
    await wire.closed();
    expect(all("close").map(({ reason }) => reason)).toEqual(["forced close", "forced close"]);
    expect(polling.handshake.sid).not.toBe("");
  });
}
