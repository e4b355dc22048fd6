import { openRawWebSocket, waitFor } from "testkit";
import { describe, expect, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { comparable, PATH, startEngine, turns } from "../support.js";

const TARGET = `${PATH}?EIO=4&transport=websocket`;

/** `ws`, as another module would look: the same interface without the same insides. */
class OtherServer extends WebSocketServer {
  override handleUpgrade(...[request, socket, head, callback]: Parameters<WebSocketServer["handleUpgrade"]>) {
    super.handleUpgrade(request, socket, head, (websocket, from) => {
      const other = new Proxy(websocket, {
        get: (target, name) => {
          if (name === "_socket" || name === "_sender") return undefined;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      callback(other as WebSocket, from);
    });
  }
}

describe.each([
  ["our own frames", {}, {}],
  ["ws", { wsEngine: WebSocketServer }, {}],
  ["permessage-deflate", { perMessageDeflate: { threshold: 0 } }, { perMessageDeflate: true }],
  ["another engine", { wsEngine: { WebSocketServer: OtherServer } }, {}],
])("over %s", (_, options, clientOptions) => {
  test("messages arrive as they were sent, in order", async () => {
    const { ws } = await startEngine(options);
    const { wire, socket } = await ws({}, clientOptions);
    const large = "x".repeat(100_000);
    const bytes = Buffer.alloc(70_000, 1);
    socket
      .send("a")
      .send(Buffer.from([1, 2]))
      .send("")
      .send("é")
      .send(large)
      .send(bytes)
      .send(new Uint8Array([3]).buffer);
    const received = await wire.messages.take(7);
    expect(comparable(received)).toEqual(
      comparable(["4a", Buffer.from([1, 2]), "4", "4é", `4${large}`, bytes, Buffer.from([3])]),
    );
  });

  test("messages are received", async () => {
    const { ws } = await startEngine(options);
    const { wire, socket } = await ws({}, clientOptions);
    const received: unknown[] = [];
    socket.on("data", (data) => received.push(data));
    wire.send("4a");
    wire.send(Buffer.from([1, 2]));
    wire.send("4");
    wire.send("4é😀");
    wire.send("bAQID");
    wire.send("4end");
    await waitFor(socket, "data", { filter: (data) => data === "end" });
    expect(received).toEqual(["a", Buffer.from([1, 2]), "", "é😀", Buffer.from([1, 2, 3]), "end"]);
  });

  test("many messages, written in many turns", async () => {
    const { ws } = await startEngine(options);
    const { wire, socket } = await ws({}, clientOptions);
    const expected: string[] = [];
    for (let turn = 0; turn < 50; turn++) {
      for (let i = 0; i < turn % 5; i++) {
        expected.push(`4${turn}.${i}`);
        socket.send(`${turn}.${i}`);
      }
      await turns(turn % 3);
    }
    expect(await wire.messages.take(expected.length)).toEqual(expected);
  });

  test("close() comes after what was written", async () => {
    const { ws } = await startEngine(options);
    const { wire, socket } = await ws({}, clientOptions);
    const closed = waitFor(socket, "close");
    socket.send("x");
    socket.send("y");
    socket.close();
    socket.send("z");
    expect(await wire.messages.take(2)).toEqual(["4x", "4y"]);
    expect(await wire.closed()).toEqual({ code: 1005, reason: "" });
    expect(await closed).toEqual(["forced close", undefined]);
    expect(wire.messages.size).toBe(0);
  });

  test("writable is false from the first write until all has left", async () => {
    const { ws } = await startEngine(options);
    const { wire, socket } = await ws({}, clientOptions);
    while (!socket.transport.writable) await turns(1);
    socket.send("a");
    expect(socket.transport.writable).toBe(false);
    await wire.text();
    while (!socket.transport.writable) await turns(1);
  });
});

test("the messages of one turn leave in one segment of frames", async () => {
  const { url, connected } = await startEngine();
  const connection = connected();
  const raw = await openRawWebSocket(url, TARGET);
  const socket = await connection;
  await raw.frames.next();
  while (!socket.transport.writable) await turns(1);
  const chunks: number[] = [];
  raw.tcp.socket.on("data", (chunk: Buffer) => chunks.push(chunk.length));
  for (let i = 0; i < 10; i++) socket.send(String(i));
  const frames = await raw.frames.take(10);
  expect(frames.map(({ payload }) => payload.toString())).toEqual(
    Array.from({ length: 10 }, (_, i) => `4${i}`),
  );
  expect(frames.every(({ masked, fin }) => fin && !masked)).toBe(true);
  expect(chunks).toEqual([40]);
});

test("b64=1 makes binary data base64", async () => {
  const { ws } = await startEngine();
  const { wire, socket } = await ws({ b64: "1" });
  socket.send(Buffer.from([1, 2, 3]));
  expect(await wire.text()).toBe("bAQID");
});

test("the close code and reason of the client are told", async () => {
  const { ws } = await startEngine();
  const { wire, socket } = await ws();
  const closed = waitFor(socket, "close");
  wire.socket.close(4000, "because");
  expect(await closed).toEqual(["transport close", { code: 4000, reason: "because" }]);
});

test("a client that vanishes", async () => {
  const { engine, ws } = await startEngine();
  const { wire, socket } = await ws();
  const closed = waitFor<[string]>(socket, "close");
  wire.socket.terminate();
  expect((await closed)[0]).toBe("transport close");
  expect(engine.clientsCount).toBe(0);
});

test("a close packet closes", async () => {
  const { ws } = await startEngine();
  const { wire, socket } = await ws();
  const closed = waitFor<[string]>(socket, "close");
  wire.send("1");
  expect((await closed)[0]).toBe("transport close");
  await wire.closed();
});

test.each([
  ["garbage", "abc", "parse error"],
  ["nothing", "", "parse error"],
  ["a ping", "2", "transport error"],
])("%s closes the connection", async (_, message, reason) => {
  const { ws } = await startEngine();
  const { wire, socket } = await ws();
  const closed = waitFor<[string]>(socket, "close");
  wire.send(message);
  expect((await closed)[0]).toBe(reason);
  await wire.closed();
});

test("a message larger than allowed closes with 1009, and both sides can tell", async () => {
  const { ws } = await startEngine({ maxHttpBufferSize: 100 });
  const { wire, socket } = await ws();
  const closed = waitFor<[string, Error]>(socket, "close");
  wire.send("4".repeat(101));
  expect(await wire.closed()).toMatchObject({ code: 1009 });
  const [reason, error] = await closed;
  expect(reason).toBe("transport error");
  expect(error).toMatchObject({ code: "ERR_PAYLOAD_TOO_LARGE", message: "Max payload size exceeded" });
});

test("a client that does not read is not writable, and gets everything once it reads", async () => {
  const { url, connected } = await startEngine();
  const connection = connected();
  const raw = await openRawWebSocket(url, TARGET);
  const socket = await connection;
  await raw.frames.next();
  raw.tcp.socket.pause();
  const chunk = "x".repeat(1_000_000);
  let sent = 0;
  do {
    socket.send(chunk);
    sent++;
    await turns(20);
  } while (socket.transport.writable);
  socket.send("last");
  raw.tcp.socket.resume();
  const frames = await raw.frames.take(sent + 1);
  expect(frames.at(-1)?.payload.toString()).toBe("4last");
  while (!socket.transport.writable) await turns(1);
});

test("what a message is sent with is called back with the transport", async () => {
  const { ws } = await startEngine();
  const { socket } = await ws();
  const called: unknown[] = [];
  const all = new Promise<void>((resolve) => {
    socket.send("a", { compress: true }, (transport) => called.push(["a", transport.name]));
    socket.write("b", (transport) => called.push(["b", transport.name]));
    socket.send("c", null, () => resolve());
  });
  expect(called).toEqual([]);
  await all;
  expect(called).toEqual([
    ["a", "websocket"],
    ["b", "websocket"],
  ]);
});
