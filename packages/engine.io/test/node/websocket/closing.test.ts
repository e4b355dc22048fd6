import { frame, openRawWebSocket, openTcp, type RawWebSocket, waitFor } from "testkit";
import { describe, expect, test } from "vitest";
import { PATH, startEngine } from "../../support.js";

const TARGET = `${PATH}?EIO=4&transport=websocket`;
const CLOSE = 8;

async function open(options = {}) {
  const { url, connected } = await startEngine(options);
  const connection = connected();
  const raw = await openRawWebSocket(url, TARGET);
  const socket = await connection;
  await raw.frames.next();
  return { raw, socket, closed: waitFor<[string, unknown]>(socket, "close") };
}

const closeFrame = (raw: RawWebSocket) => raw.frames.until(({ opcode }) => opcode === CLOSE);
const code = (value: number) => Buffer.from([value >> 8, value & 0xff]);

describe("a client that closes", () => {
  test.each([
    [
      "with a code",
      Buffer.concat([code(4001), Buffer.from("bye")]),
      code(4001),
      { code: 4001, reason: "bye" },
    ],
    ["without", Buffer.alloc(0), Buffer.alloc(0), { code: 1005, reason: "" }],
  ])("%s is answered, and the connection ended", async (_, payload, expected, details) => {
    const { raw, closed } = await open();
    raw.send(payload, { opcode: CLOSE });
    expect((await closeFrame(raw)).payload).toEqual(expected);
    expect(await closed).toEqual(["transport close", details]);
    await raw.tcp.closed();
  });

  test("by ending the TCP connection alone", async () => {
    const { raw, closed } = await open();
    raw.tcp.socket.end();
    expect(await closed).toEqual(["transport close", { code: 1006, reason: "" }]);
    await raw.tcp.closed();
  });

  test("by a reset", async () => {
    const { raw, closed } = await open();
    raw.tcp.socket.resetAndDestroy();
    expect(await closed).toEqual(["transport close", { code: 1006, reason: "" }]);
  });

  test("is not read any further", async () => {
    const { raw, socket, closed } = await open();
    const received: unknown[] = [];
    socket.on("data", (data) => received.push(data));
    raw.send("4a");
    raw.send("", { opcode: CLOSE });
    raw.send("4b");
    await closed;
    await raw.tcp.closed();
    expect(received).toEqual(["a"]);
  });
});

test("a server that closes waits for the answer, then ends the connection", async () => {
  const { raw, socket, closed } = await open();
  socket.close();
  expect((await closeFrame(raw)).payload).toEqual(Buffer.alloc(0));
  expect(await closed).toEqual(["forced close", undefined]);
  expect(raw.tcp.socket.readableEnded).toBe(false);
  raw.send("", { opcode: CLOSE });
  await raw.tcp.closed();
});

test("a client that broke the protocol is told so, though it sends on", async () => {
  const { raw, closed } = await open();
  raw.send("4a", { rsv: 4 });
  for (let i = 0; i < 100; i++) raw.send("x".repeat(10_000));
  expect((await closeFrame(raw)).payload).toEqual(code(1002));
  const [reason, error] = await closed;
  expect(reason).toBe("transport error");
  expect(error).toMatchObject({ code: "ERR_WEBSOCKET" });
});

test("a ping is answered with what it carries", async () => {
  const { raw } = await open();
  raw.send("are you there?", { opcode: 9 });
  expect(await raw.frames.next()).toMatchObject({ opcode: 10, payload: Buffer.from("are you there?") });
  raw.send("", { opcode: 10 });
  raw.send("again", { opcode: 9 });
  expect(await raw.frames.next()).toMatchObject({ opcode: 10, payload: Buffer.from("again") });
});

test("what came together with the request is read", async () => {
  const { http, url, engine } = await startEngine();
  // A proxy between them may send both in one segment; the frame is then in the head of the upgrade.
  const heads: Buffer[] = [];
  http.prependListener("upgrade", (_request, _socket, head: Buffer) => heads.push(head));
  const received = new Promise((resolve) => {
    engine.once("connection", (socket) => socket.once("message", resolve));
  });
  const tcp = await openTcp(url);
  const request =
    `GET ${TARGET} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
    "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  tcp.write(Buffer.concat([Buffer.from(request), frame("4early")]));
  expect(await received).toBe("early");
  expect(heads.map((head) => head.length)).toEqual([frame("4early").length]);
  tcp.destroy();
});
