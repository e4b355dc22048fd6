import { openRawWebSocket, openTcp, type TcpWire, waitFor } from "testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { PreparedMessage } from "../../src/internal.js";
import { PATH, type ServerSocket, startEngine, turns } from "../support.js";

const LIMIT = 200_000;
const KILOBYTE = "x".repeat(1017);

/** A message of 1 KB that says its number. */
function numbered(index: number): string {
  return `${String(index).padStart(7, "0")}${KILOBYTE}`;
}

/** A client by raw WebSocket that has read its handshake and reads no more. */
async function openStalled(engine: Awaited<ReturnType<typeof startEngine>>) {
  const connection = engine.connected();
  const raw = await openRawWebSocket(engine.url, `${PATH}?EIO=4&transport=websocket`);
  const socket = await connection;
  await raw.frames.next();
  raw.tcp.socket.pause();
  return { raw, socket };
}

/** Writes until a socket has something that waits for its client: from then on the buffers of the system are full. */
async function fill(socket: ServerSocket): Promise<void> {
  while (socket.bufferedAmount === 0) {
    socket.send("x".repeat(20_000));
    await turns(2);
  }
}

describe("one stalled reader among ten", () => {
  test.each(["disconnect", "drop-oldest", "drop-newest"] as const)("%s", async (bufferPolicy) => {
    const engine = await startEngine({ maxBufferedBytes: LIMIT, bufferPolicy });
    const readers = await Promise.all(Array.from({ length: 9 }, () => engine.ws()));
    const { raw, socket: stalled } = await openStalled(engine);
    await fill(stalled);
    const closed = waitFor<[string, Error]>(stalled, "close");
    let dropped = 0;
    stalled.on("drop", (count) => {
      dropped += count;
    });

    const total = 2000;
    let most = 0;
    let next = 0;
    while (next < total) {
      for (let i = 0; i < 20; i++) {
        const message = new PreparedMessage([numbered(next++)]);
        for (const socket of Object.values(engine.engine.clients)) socket.writePrepared(message);
        most = Math.max(most, stalled.bufferedAmount);
      }
      await turns(1);
    }
    // The last message to be taken, and one of `fill` that is on its way.
    expect(most).toBeLessThan(LIMIT + 21_100);
    // Prepared messages count twice.
    expect(most).toBeGreaterThan(LIMIT / 3);
    for (const { wire } of readers) {
      expect(await wire.messages.take(total)).toEqual(
        Array.from({ length: total }, (_, i) => `4${numbered(i)}`),
      );
    }

    if (bufferPolicy === "disconnect") {
      const [reason, error] = await closed;
      expect(reason).toBe("transport error");
      expect(error).toMatchObject({
        code: "ERR_BUFFER_FULL",
        message: "the client reads too slowly",
        description: { bufferedAmount: expect.any(Number), maxBufferedBytes: LIMIT },
      });
      raw.tcp.socket.resume();
      const last = await raw.frames.until(({ opcode }) => opcode === 8);
      expect(last.payload.readUInt16BE()).toBe(1013);
      expect(last.payload.toString("utf8", 2)).toBe("the client reads too slowly");
      return;
    }

    expect(stalled.readyState).toBe("open");
    stalled.send("");
    raw.tcp.socket.resume();
    const received: number[] = [];
    while (received.length + dropped < total) {
      const { payload } = await raw.frames.next();
      if (payload.length > 1000 && payload.length < 2000)
        received.push(Number(payload.toString("latin1", 1, 8)));
    }
    expect(received.length).toBeGreaterThanOrEqual(50);
    expect(dropped).toBeGreaterThan(total / 2);
    // All that was kept, in order and without a gap but where messages were dropped.
    if (bufferPolicy === "drop-oldest") {
      expect(received.slice(-50)).toEqual(Array.from({ length: 50 }, (_, i) => total - 50 + i));
    } else {
      expect(received.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    }
    while (stalled.bufferedAmount > 0) await waitFor(stalled, "drain");
  });
});

describe("a polling client that never polls", () => {
  test("is disconnected, and told why when it polls after all", async () => {
    const { engine, poll, request } = await startEngine({ maxBufferedBytes: LIMIT });
    const { wire, socket } = await poll();
    const closed = waitFor<[string, Error]>(socket, "close");
    let most = 0;
    for (let i = 0; socket.readyState === "open"; i++) {
      socket.send(numbered(i));
      most = Math.max(most, socket.bufferedAmount);
      if (i % 50 === 0) await turns(1);
    }
    expect(most).toBeGreaterThan(LIMIT * 0.9);
    expect(most).toBeLessThan(LIMIT + 1024);
    expect(socket.bufferedAmount).toBe(0);
    expect((await closed)[1]).toMatchObject({ code: "ERR_BUFFER_FULL" });
    const refused = waitFor<[object]>(engine, "connection_error");
    const { status, text } = await wire.request();
    expect([status, JSON.parse(text)]).toEqual([
      400,
      { code: 1, message: "Session closed: the client reads too slowly" },
    ]);
    expect(await refused).toMatchObject([{ code: 1, context: { sid: wire.handshake.sid } }]);
    expect((await request("EIO=4&transport=polling&sid=other")).text).toContain("Session ID unknown");
  });

  test("gets the newest messages, with drop-oldest", async () => {
    const { poll } = await startEngine({ maxBufferedBytes: LIMIT, bufferPolicy: "drop-oldest" });
    const { wire, socket } = await poll();
    const total = 3000;
    let most = 0;
    for (let i = 0; i < total; i++) {
      socket.send(numbered(i));
      most = Math.max(most, socket.bufferedAmount);
    }
    expect(most).toBeLessThan(LIMIT + 1024);
    const packets = await wire.poll();
    expect(packets.length).toBeGreaterThan((LIMIT / 1100) * 0.8);
    expect(packets).toEqual(packets.map((_, i) => `4${numbered(total - packets.length + i)}`));
  });

  test("gets the oldest ones, with drop-newest", async () => {
    const { poll } = await startEngine({ maxBufferedBytes: LIMIT, bufferPolicy: "drop-newest" });
    const { wire, socket } = await poll();
    for (let i = 0; i < 3000; i++) socket.send(numbered(i));
    const packets = await wire.poll();
    expect(packets.length).toBeGreaterThan((LIMIT / 1100) * 0.9);
    expect(packets).toEqual(packets.map((_, i) => `4${numbered(i)}`));
  });

  test("messages without data have a weight too", async () => {
    const { poll } = await startEngine({ maxBufferedBytes: LIMIT });
    const { socket } = await poll();
    const closed = waitFor<[string, Error]>(socket, "close");
    for (let i = 0; i < LIMIT / 64; i++) socket.send("");
    expect(socket.bufferedAmount).toBe(0);
    await turns(1);
    expect(socket.readyState).toBe("open");
    socket.send("");
    expect((await closed)[1]).toMatchObject({ code: "ERR_BUFFER_FULL" });
  });
});

test("a polling client that polls and never reads the answers", async () => {
  const limit = 20_000_000;
  const { url, poll } = await startEngine({ maxBufferedBytes: limit });
  const { wire, socket } = await poll();
  const closed = waitFor<[string, Error]>(socket, "close");
  let most = 0;
  const connections: TcpWire[] = [];
  while (socket.readyState === "open") {
    for (let i = 0; i < 10; i++) socket.send("x".repeat(1_000_000));
    const answered = waitFor(socket, "flush");
    const tcp = await openTcp(url);
    onTestFinished(() => tcp.destroy());
    tcp.socket.pause();
    connections.push(tcp);
    tcp.write(`GET ${wire.target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    await Promise.race([answered, closed]);
    most = Math.max(most, socket.bufferedAmount);
  }
  expect((await closed)[1]).toMatchObject({ code: "ERR_BUFFER_FULL" });
  expect(most).toBeGreaterThan(limit / 2);
  expect(most).toBeLessThan(2 * limit);
  for (const tcp of connections) {
    tcp.socket.resume();
    await tcp.closed();
  }
  expect(socket.bufferedAmount).toBe(0);
});

test("what may not be dropped is not, and ends the connection when it is too much by itself", async () => {
  const { poll } = await startEngine({ maxBufferedBytes: LIMIT, bufferPolicy: "drop-oldest" });
  const { wire, socket } = await poll();
  socket.send("kept", { droppable: false });
  for (let i = 0; i < 1000; i++) socket.send(numbered(i));
  const [first, second] = await wire.poll();
  expect(first).toBe("4kept");
  expect(Number(second?.slice(1, 8))).toBeGreaterThan(500);
  const closed = waitFor<[string, Error]>(socket, "close");
  for (let i = 0; i < 1000; i++) socket.send(numbered(i), { droppable: false });
  expect((await closed)[1]).toMatchObject({ code: "ERR_BUFFER_FULL" });
});

test("the parts of a message are dropped together or not at all", async () => {
  const { poll } = await startEngine({ maxBufferedBytes: LIMIT, bufferPolicy: "drop-oldest" });
  const { wire, socket } = await poll();
  const parts = (i: number) => new PreparedMessage([numbered(i), `of ${i}`]);
  for (let i = 0; i < 1000; i++) socket.writePrepared(parts(i));
  const packets = await wire.poll();
  expect(packets.length).toBeGreaterThan(100);
  expect(packets.length % 2).toBe(0);
  const start = 1000 - packets.length / 2;
  expect(packets).toEqual(packets.map((_, i) => `4${parts(start + (i >> 1)).parts[i & 1]}`));

  const uncompressed = parts(0);
  socket.on("packetCreate", ({ options }) => expect(options?.droppable).toBe(false));
  socket.writePrepared(uncompressed);
  socket.writePrepared(uncompressed, { compress: false });
  expect(await wire.poll()).toHaveLength(4);
});

test.each([
  ["disconnect", { droppable: false }],
  ["drop-oldest", { droppable: false }],
  ["drop-oldest", { compress: false }],
  ["drop-newest", { compress: false }],
] as const)("%s: messages in parts are limited as well, with %j", async (bufferPolicy, options) => {
  const { poll } = await startEngine({ maxBufferedBytes: LIMIT, bufferPolicy });
  const { socket } = await poll();
  const closed = waitFor<[string, Error]>(socket, "close");
  for (let i = 0; i < 1000; i++) socket.writePrepared(new PreparedMessage([numbered(i), "b"]), options);
  expect((await closed)[1]).toMatchObject({ code: "ERR_BUFFER_FULL" });
});

test("a message larger than the limit is sent when less waits", async () => {
  const { ws, poll } = await startEngine({ maxBufferedBytes: 1000 });
  const large = "x".repeat(1_000_000);
  for (const { wire, socket } of [await ws(), await poll()]) {
    socket.send("small");
    socket.send(large);
    if ("text" in wire) expect(await wire.messages.take(2)).toEqual(["4small", `4${large}`]);
    else expect(await wire.poll()).toEqual(["4small", `4${large}`]);
    expect(socket.readyState).toBe("open");
  }
});

test("it ends after the write, not inside of it, and takes no more", async () => {
  const { poll } = await startEngine({ maxBufferedBytes: 1000 });
  const { socket } = await poll();
  const events: string[] = [];
  socket.on("close", (reason) => events.push(reason));
  socket.send(numbered(0));
  socket.send(numbered(1), () => events.push("called back"));
  socket.send(numbered(2));
  expect(events).toEqual([]);
  expect(socket.readyState).toBe("open");
  expect(socket.bufferedAmount).toBe(0);
  await turns(1);
  expect(events).toEqual(["transport error"]);
});

test("a listener of drop may close the socket", async () => {
  const { poll } = await startEngine({ maxBufferedBytes: 1000, bufferPolicy: "drop-oldest" });
  const { socket } = await poll();
  socket.on("drop", () => socket.close(true));
  socket.send(numbered(0));
  socket.send(numbered(1));
  expect(socket.readyState).toBe("closed");
  expect(socket.bufferedAmount).toBe(0);
});

test("drain comes when all has left, bufferedAmount says how much has not", async () => {
  const engine = await startEngine();
  const { raw, socket } = await openStalled(engine);
  const drained: number[] = [];
  const fromServer: boolean[] = [];
  engine.engine.on("drain", (from) => fromServer.push(from === socket));
  socket.on("drain", () => drained.push(socket.bufferedAmount));
  socket.send("a");
  expect(socket.bufferedAmount).toBe(1);
  await turns(1);
  expect(socket.bufferedAmount).toBe(0);
  expect(drained).toEqual([0]);
  await fill(socket);
  const before = drained.length;
  const inFlight = socket.bufferedAmount;
  socket.send("b".repeat(50));
  expect(socket.bufferedAmount).toBe(inFlight + 50);
  await turns(10);
  expect(drained).toHaveLength(before);
  raw.tcp.socket.resume();
  await waitFor(socket, "drain", { filter: () => socket.bufferedAmount === 0 });
  expect(drained.at(-1)).toBe(0);
  expect(fromServer).toEqual(drained.map(() => true));
});

test("no limit with Infinity", async () => {
  const { poll } = await startEngine({ maxBufferedBytes: Number.POSITIVE_INFINITY });
  const { wire, socket } = await poll();
  for (let i = 0; i < 80; i++) socket.send("x".repeat(1_000_000));
  await turns(2);
  expect(socket.readyState).toBe("open");
  expect(socket.bufferedAmount).toBe(80_000_000);
  expect(await wire.poll()).toHaveLength(80);
});
