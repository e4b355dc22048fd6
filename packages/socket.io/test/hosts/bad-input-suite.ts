import { type frame, httpRequest, openPolling, openRawWebSocket, openTcp, openWebSocket } from "testkit";
import { expect, onTestFinished, test } from "vitest";
import type { Capabilities } from "./hosts.js";
import type { RemoteEngine, Start } from "./remote.js";

const PATH = "/socket.io/";
const TARGET = `${PATH}?EIO=4&transport=websocket`;
const UPGRADE =
  "host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n" +
  "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

export function badInputSuite(start: Start, can: Capabilities): void {
  /** An engine, and a session beside what the test does that must not notice. */
  async function withNeighbour(options: object = {}): Promise<RemoteEngine> {
    const engine = await start({ options });
    const wire = await openWebSocket(engine.url);
    await wire.text();
    onTestFinished(async () => {
      wire.send("4echo alive");
      expect(await wire.text()).toBe("4alive");
    });
    return engine;
  }

  async function rawSocket({ url, next }: RemoteEngine) {
    await next("connection");
    const raw = await openRawWebSocket(url, TARGET);
    const { id } = await next("connection");
    await raw.frames.next();
    return { raw, id };
  }

  test("a body larger than maxHttpBufferSize: announced, sent, in chunks, without an end", async () => {
    const engine = await withNeighbour({ maxHttpBufferSize: 1000 });
    const { url, next, call } = engine;
    const { rss: before } = await call("state");
    for (const kind of ["announced", "sent", "chunked", "endless"]) {
      const wire = await openPolling(url);
      const waiting = wire.request();
      while (!(await call("socket", { id: wire.handshake.sid })).writable);
      const length =
        kind === "chunked" || kind === "endless" ? "transfer-encoding: chunked" : "content-length: 1001";
      const tcp = await openTcp(url);
      tcp.write(`POST ${wire.target} HTTP/1.1\r\nhost: x\r\n${length}\r\n\r\n`);
      if (kind === "sent") tcp.write("4".repeat(1001));
      if (kind === "chunked") tcp.write(`3e9\r\n${"4".repeat(1001)}\r\n0\r\n\r\n`);
      if (kind === "endless") {
        const chunk = Buffer.concat([
          Buffer.from("10000\r\n"),
          Buffer.alloc(65536, "4"),
          Buffer.from("\r\n"),
        ]);
        const pour = setInterval(
          () => tcp.socket.writable && tcp.socket.writableLength < 1e6 && tcp.write(chunk),
          1,
        );
        onTestFinished(() => clearInterval(pour));
      }
      expect((await tcp.takeUntil("\r\n\r\n")).toString(), kind).toMatch(/^HTTP\/1.1 413 /);
      expect(await next("close", wire.handshake.sid)).toMatchObject({
        reason: "transport error",
        code: "ERR_PAYLOAD_TOO_LARGE",
      });
      expect((await waiting).status, kind).toBe(413);
      tcp.destroy();
    }
    expect((await call("state")).rss - before).toBeLessThan(6e7);
  });

  test("a message larger than maxHttpBufferSize: both sides can tell", async () => {
    const engine = await withNeighbour({ maxHttpBufferSize: 1000 });
    const { raw, id } = await rawSocket(engine);
    raw.send(`4${"é".repeat(600)}`);
    expect(await engine.next("close", id)).toMatchObject({
      reason: "transport error",
      code: "ERR_PAYLOAD_TOO_LARGE",
    });
    expect((await raw.frames.until(({ opcode }) => opcode === 8)).payload.readUInt16BE()).toBe(1009);
  });

  test("a message larger than that in fragments, or compressed", async () => {
    const engine = await withNeighbour({ maxHttpBufferSize: 1000 });
    const { raw, id } = await rawSocket(engine);
    raw.send("4", { fin: false });
    for (let i = 0; i < 11; i++) raw.send("x".repeat(100), { opcode: 0, fin: i === 10 });
    expect(await engine.next("close", id)).toMatchObject({ code: "ERR_PAYLOAD_TOO_LARGE" });
  });

  if (can.refusesLargeMessagesUnread)
    test("a message that only says to be large", async () => {
      const engine = await withNeighbour({ maxHttpBufferSize: 1000 });
      const { raw, id } = await rawSocket(engine);
      raw.send("4", { length: 2 ** 31 });
      expect(await engine.next("close", id)).toMatchObject({ code: "ERR_PAYLOAD_TOO_LARGE" });
    });

  test.each([1, 2, 3])("a frame with reserved bits (%i)", async (rsv) => {
    const engine = await withNeighbour();
    const { raw, id } = await rawSocket(engine);
    raw.send("4a", { rsv });
    expect((await engine.next("close", id)).reason).toMatch(/^transport (error|close)$/);
    await raw.tcp.closed();
  });

  test.each<[string, Parameters<typeof frame>]>([
    ["text that is not UTF-8", [Buffer.from([0x34, 0xff, 0xfe]), { opcode: 1 }]],
    ["an unknown opcode", ["4a", { opcode: 3 }]],
    ["a continuation of nothing", ["4a", { opcode: 0 }]],
    ["a long ping", ["x".repeat(126), { opcode: 9 }]],
  ])("%s ends that connection", async (_, [data, options]) => {
    const engine = await withNeighbour();
    const { raw, id } = await rawSocket(engine);
    raw.send(data, options);
    expect((await engine.next("close", id)).reason).toMatch(/^transport (error|close)$/);
    await raw.tcp.closed();
  });

  if (can.insistsOnMasks)
    test("a frame without mask ends that connection", async () => {
      const engine = await withNeighbour();
      const { raw, id } = await rawSocket(engine);
      raw.send("4a", { mask: false });
      expect((await engine.next("close", id)).reason).toMatch(/^transport (error|close)$/);
      await raw.tcp.closed();
    });

  test.each([
    ["garbage", "abc", "parse error"],
    ["nothing", "", "parse error"],
    ["a ping", "2", "transport error"],
  ])("%s instead of a packet", async (_, message, reason) => {
    const { url, next } = await withNeighbour();
    const { id: neighbour } = await next("connection");
    const socket = await openWebSocket(url);
    const { id } = await next("connection");
    expect(id).not.toBe(neighbour);
    socket.send(message);
    expect(await next("close", id)).toMatchObject({ reason });
    await socket.closed();
    const wire = await openPolling(url);
    expect((await wire.request({ method: "POST", body: message })).status).toBe(200);
    expect(await next("close", wire.handshake.sid)).toMatchObject({ reason });
  });

  test("an invalid upgrade request, then a reset; one without a key", async () => {
    const { url } = await withNeighbour();
    for (const target of [`${PATH}?EIO=4&transport=unknown`, TARGET]) {
      for (const lines of [UPGRADE, UPGRADE.replace(/sec-websocket-key.*\r\n/, "")]) {
        const tcp = await openTcp(url);
        tcp.write(`GET ${target} HTTP/1.1\r\n${lines}`);
        tcp.reset();
      }
    }
    const tcp = await openTcp(url);
    tcp.write(`GET ${TARGET} HTTP/1.1\r\n${UPGRADE.replace(/sec-websocket-key.*\r\n/, "")}`);
    expect((await tcp.takeUntil("\r\n")).toString()).toMatch(/^HTTP\/1.1 400 /);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("names such as %s", async (name) => {
    const { url } = await withNeighbour();
    expect((await httpRequest(url, `${PATH}?EIO=4&transport=${name}`)).text).toBe(
      '{"code":0,"message":"Transport unknown"}',
    );
    expect((await httpRequest(url, `${PATH}?EIO=4&transport=polling&sid=${name}`)).text).toBe(
      '{"code":1,"message":"Session ID unknown"}',
    );
    expect((await httpRequest(url, `${PATH}?EIO=4&transport=polling&${name}=1&${name}=2`)).status).toBe(200);
    await expect(openRawWebSocket(url, `${TARGET}&sid=${name}`)).rejects.toThrow("400");
  });

  test.each([
    ["transport=polling&transport=polling", 0],
    ["transport[]=polling", 0],
    ["transport=polling&EIO=4", 5],
    ["transport=polling&sid=a&sid=a", 1],
    ["transport=polling&sid=%zz%", 1],
    ["transport=webtransport", 0],
  ])("the query %s", async (query, code) => {
    const { url } = await withNeighbour();
    const { status, text } = await httpRequest(url, `${PATH}?EIO=4&${query}`);
    expect([status, JSON.parse(text).code]).toEqual([400, code]);
  });

  test("binary content on protocol 4 is answered, and ends that session", async () => {
    const { url, next } = await withNeighbour();
    const wire = await openPolling(url);
    const headers = { "content-type": "application/octet-stream" };
    expect((await wire.request({ method: "POST", headers, body: "4a" })).status).toBe(400);
    expect(await next("close", wire.handshake.sid)).toMatchObject({ code: "ERR_INVALID_CONTENT" });
  });

  test("another protocol or transport than that of the session", async () => {
    const { url, next, call } = await withNeighbour();
    const wire = await openPolling(url);
    const { sid } = wire.handshake;
    for (const protocol of ["", "EIO=3&"]) {
      await expect(
        openRawWebSocket(url, `${PATH}?${protocol}transport=websocket&sid=${sid}`),
      ).rejects.toThrow("400");
      expect(await next("connection_error")).toMatchObject({
        code: 3,
        context: { name: "PROTOCOL_MISMATCH" },
      });
    }
    const mismatch = await httpRequest(url, wire.target.replace("transport=polling", "transport=websocket"));
    expect(JSON.parse(mismatch.text).code).toBe(3);
    expect(await call("socket", { id: sid })).toMatchObject({ readyState: "open" });
  });

  test("overlapping polls end that session", async () => {
    const { url, next, call } = await withNeighbour();
    const wire = await openPolling(url);
    const first = wire.request();
    while (!(await call("socket", { id: wire.handshake.sid })).writable);
    expect((await wire.request()).status).toBe(400);
    expect((await first).text).toBe("1");
    expect(await next("close", wire.handshake.sid)).toMatchObject({ code: "ERR_REQUEST_OVERLAP" });
  });

  test("a POST during a POST ends that session, and is not waited for", async () => {
    const { url, next } = await withNeighbour();
    const wire = await openPolling(url);
    const tcp = await openTcp(url);
    tcp.write(`POST ${wire.target} HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n4a`);
    // The first is there when its beginning has come; a host may tell us only by refusing the second.
    let status = 200;
    while (status === 200) ({ status } = await wire.request({ method: "POST", body: "4b" }));
    expect(status).toBe(400);
    expect(await next("close", wire.handshake.sid)).toMatchObject({ code: "ERR_REQUEST_OVERLAP" });
    if (can.cutsRequests) await tcp.closed();
    else expect((await tcp.takeUntil("\r\n")).toString()).toMatch(/^HTTP\/1.1 400 /);
    tcp.destroy();
  });

  test("a body that comes slowly has the time of the heartbeat", async () => {
    const { url, next, call } = await start({ options: { pingInterval: 50, pingTimeout: 50 } });
    const wire = await openPolling(url);
    const tcp = await openTcp(url);
    tcp.write(`POST ${wire.target} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n4`);
    const drip = setInterval(() => tcp.socket.writable && tcp.write("x"), 5);
    onTestFinished(() => clearInterval(drip));
    expect(await next("close", wire.handshake.sid)).toMatchObject({ reason: "ping timeout" });
    expect((await call("state")).clientsCount).toBe(0);
    tcp.destroy();
  });

  test("a request that breaks off in its body ends that session", async () => {
    const { url, next } = await withNeighbour();
    const wire = await openPolling(url);
    const tcp = await openTcp(url);
    tcp.write(`POST ${wire.target} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n4abc`);
    tcp.socket.end();
    expect(await next("close", wire.handshake.sid)).toMatchObject({
      reason: "transport error",
      code: "ERR_REQUEST_ABORTED",
    });
  });

  test("a client that polls and polls, and reads nothing, is disconnected at the limit", async () => {
    const { url, next, call } = await start({ options: { maxBufferedBytes: 1e6 } });
    const wire = await openPolling(url);
    const id = wire.handshake.sid;
    for (let polls = 0; (await call("socket", { id }))?.readyState === "open"; polls++) {
      expect(polls).toBeLessThan(10);
      const tcp = await openTcp(url);
      onTestFinished(() => tcp.destroy());
      tcp.socket.pause();
      tcp.write(`GET ${wire.target} HTTP/1.1\r\nhost: x\r\n\r\n`);
      for (
        let state = { readyState: "open", writable: false };
        state?.readyState === "open" && !state.writable;
      ) {
        state = await call("socket", { id });
      }
      await call("fill", { id, size: 2e7, limit: 1e9, count: 1 });
    }
    expect(await next("close", id)).toMatchObject({ reason: "transport error", code: "ERR_BUFFER_FULL" });
  });

  test("an Origin header of odd bytes", async () => {
    const { url } = await withNeighbour({ cors: { origin: true } });
    const tcp = await openTcp(url);
    const head = `GET ${PATH}?EIO=4&transport=polling HTTP/1.1\r\nhost: x\r\norigin: http://a\x80\xff\r\n\r\n`;
    tcp.write(Buffer.from(head, "latin1"));
    expect((await tcp.takeUntil("\r\n")).toString()).toMatch(/^HTTP\/1.1 (200|400) /);
    tcp.destroy();
  });

  test("a payload of very many packets, a flood of pings", async () => {
    const engine = await withNeighbour();
    const wire = await openPolling(engine.url);
    expect((await wire.request({ method: "POST", body: Array(20_000).fill("6").join("\x1e") })).text).toBe(
      "ok",
    );
    const { raw, id } = await rawSocket(engine);
    for (let i = 0; i < 50; i++) raw.send("x", { opcode: 9 });
    raw.send("4echo after");
    expect((await raw.frames.until(({ opcode }) => opcode === 1)).payload.toString()).toBe("4after");
    for (let i = 0; i < 100; i++) raw.send("3");
    raw.send("4echo after pongs");
    expect((await raw.frames.until(({ opcode }) => opcode === 1)).payload.toString()).toBe("4after pongs");
    expect(await engine.call("socket", { id })).toMatchObject({ readyState: "open", bufferedAmount: 0 });
  });
}
