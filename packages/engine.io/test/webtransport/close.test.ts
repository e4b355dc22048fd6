import { expect, test } from "vitest";
import { turns } from "../support.js";
import { FakeSession, type FakeStream } from "./fake-session.js";
import { closed, connect, connectSilently, start } from "./support.js";

const EMPTY_FRAME = Uint8Array.of(0);
const UNKNOWN_TYPE = Uint8Array.of(1, 120);
const TOO_LONG = Uint8Array.of(126, 0, 101);
const HUGE = Uint8Array.of(127, 255, 255, 255, 255, 255, 255, 255, 255);

type End = (session: FakeSession, stream: FakeStream) => unknown;
const ENDS: [string, End, string, object | undefined][] = [
  [
    "the client closes the session",
    (session) => session.end({ closeCode: 7, reason: "bye" }),
    "transport close",
    { closeCode: 7 },
  ],
  [
    "the session breaks",
    (session) => session.end({}, new Error("timed out")),
    "transport close",
    { message: "timed out" },
  ],
  [
    "the client ends its side of the stream",
    (_, stream) => stream.writer.close(),
    "transport close",
    undefined,
  ],
  ["the client sends a close packet", (_, stream) => stream.text("1"), "transport close", undefined],
  [
    "the stream is reset",
    (_, stream) => stream.resetSending(new Error("reset")),
    "transport error",
    { code: "ERR_WEBTRANSPORT", description: { message: "reset" } },
  ],
  ["garbage", (_, stream) => stream.bytes(UNKNOWN_TYPE), "parse error", undefined],
  ["an empty frame", (_, stream) => stream.bytes(EMPTY_FRAME), "parse error", undefined],
  ["a frame that is too long", (_, stream) => stream.bytes(TOO_LONG), "parse error", undefined],
  ["a frame longer than any", (_, stream) => stream.bytes(HUGE), "parse error", undefined],
  [
    "a ping, which is for the server to send",
    (_, stream) => stream.text("2"),
    "transport error",
    { message: "invalid heartbeat direction" },
  ],
];

test.each(ENDS)("%s: it is over, once", async (_, end, reason, details) => {
  const { engine } = await start({ maxHttpBufferSize: 100 });
  const neighbour = await connect(engine);
  const { session, stream, socket, closes } = await connect(engine);
  const close = closed(socket);
  await end(session, stream);
  const [actual, why] = await close;
  expect(actual).toBe(reason);
  if (details) expect(why).toMatchObject(details);
  await session.closed.catch(() => {});
  await turns();
  expect(closes).toHaveLength(1);
  expect(engine.clientsCount).toBe(1);
  neighbour.socket.send("still here");
  expect(await neighbour.stream.packets.next()).toEqual({ type: "message", data: "still here" });
});

test("the client stops receiving while the server writes", async () => {
  const { engine } = await start();
  const { session, stream, socket, closes } = await connect(engine);
  const close = closed(socket);
  stream.stopReceiving(new Error("stopped"));
  socket.send("lost");
  const [reason, details] = await close;
  expect([reason, details]).toMatchObject(["transport error", { code: "ERR_WEBTRANSPORT" }]);
  await session.closed;
  expect(closes).toHaveLength(1);
});

test("no pong: ping timeout, and the session is closed", async () => {
  const { engine } = await start({ pingInterval: 20, pingTimeout: 20 });
  const { session, stream, socket } = await connect(engine);
  expect(await stream.packets.next()).toEqual({ type: "ping" });
  expect((await closed(socket))[0]).toBe("ping timeout");
  await session.closed;
});

test("closing: what was written arrives before the end", async () => {
  const { engine } = await start();
  const { session, stream, socket, closes } = await connect(engine);
  socket.send("first");
  socket.send("last");
  socket.close();
  expect(closes).toEqual([["forced close", undefined]]);
  expect((await stream.packets.take(2)).map(({ data }) => data)).toEqual(["first", "last"]);
  await session.closed;
});

test("closing while the client does not read", async () => {
  const { engine } = await start();
  const { session, stream, socket } = await connectSilently(engine);
  socket.send("first");
  await turns();
  const close = closed(socket);
  socket.close();
  // The handshake is still on its way, so what was written after it waits.
  expect(socket.readyState).toBe("closing");
  const reading = stream.read();
  expect((await stream.packets.take(2)).map(({ type }) => type)).toEqual(["open", "message"]);
  expect((await close)[0]).toBe("forced close");
  await reading;
  session.end({});
});

test("a client that stays after the end of the stream is shown out", async () => {
  const { engine } = await start();
  const { session, socket } = await connect(engine, new FakeSession({ leaves: false }));
  socket.close();
  await session.closed;
  expect(session.closeCalls).toHaveLength(1);
});

test("the server closes: sessions and handshakes end", async () => {
  const { engine } = await start();
  const { session, socket } = await connect(engine);
  const waiting = new FakeSession();
  engine.onWebTransportSession(waiting);
  const close = closed(socket);
  engine.close();
  expect((await close)[0]).toBe("forced close");
  await Promise.all([session.closed, waiting.closed]);
  const late = new FakeSession();
  engine.onWebTransportSession(late);
  await late.closed;
  expect(engine.clientsCount).toBe(0);
});
