import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { openRawWebSocket, openWebSocket, type RawWebSocket } from "testkit";
import { describe, expect, test } from "vitest";
import type { ServerOptions } from "../../src/index.js";
import { PreparedMessage } from "../../src/internal.js";
import { PATH, startEngine } from "../support.js";

const TEXT = "a".repeat(2000);

async function poll(
  options: ServerOptions,
  acceptEncoding: string | undefined,
  compress?: boolean,
  text = TEXT,
) {
  const { poll } = await startEngine(options);
  const { wire, socket } = await poll();
  socket.send(text, compress === undefined ? undefined : { compress });
  return wire.request(acceptEncoding === undefined ? {} : { headers: { "accept-encoding": acceptEncoding } });
}

test.each([
  ["gzip", "gzip", gunzipSync],
  ["gzip, deflate, br", "gzip", gunzipSync],
  ["deflate", "deflate", inflateSync],
  ["br", "br", brotliDecompressSync],
  ["gzip;q=0.5, br", "br", brotliDecompressSync],
  ["*", "gzip", gunzipSync],
])("Accept-Encoding: %s", async (accept, expected, decompress) => {
  const { headers, body } = await poll({}, accept);
  expect(headers["content-encoding"]).toBe(expected);
  expect(headers["content-length"]).toBe(String(body.length));
  expect(body.length).toBeLessThan(200);
  expect(decompress(body).toString()).toBe(`4${TEXT}`);
});

test.each<[string, Parameters<typeof poll>]>([
  ["the client does not ask", [{}, undefined]],
  ["it asks for what there is not", [{}, "zstd"]],
  ["it prefers none", [{}, "identity, gzip;q=0.5"]],
  ["it refuses all", [{}, "gzip;q=0"]],
  ["it is off", [{ httpCompression: false }, "gzip"]],
  ["the message is not to be", [{}, "gzip", false]],
  ["the response is small", [{}, "gzip", true, "a".repeat(1000)]],
  ["the threshold is higher", [{ httpCompression: { threshold: 5000 } }, "gzip"]],
])("not when %s", async (_, args) => {
  const { headers, text } = await poll(...args);
  expect(headers["content-encoding"]).toBeUndefined();
  expect(text).toBe(`4${args[3] ?? TEXT}`);
});

test("the threshold, and options for zlib", async () => {
  const { headers, body } = await poll(
    { httpCompression: { threshold: 10, level: 0 } },
    "gzip",
    true,
    "a".repeat(100),
  );
  expect(headers["content-encoding"]).toBe("gzip");
  expect(body.length).toBeGreaterThan(100);
});

test("messages written while a response is being compressed come with the next poll, in order", async () => {
  const { poll } = await startEngine();
  const { wire, socket } = await poll();
  const headers = { "accept-encoding": "gzip" };
  socket.send(`1${TEXT}`);
  const first = wire.request({ headers });
  socket.once("drain", () => socket.send("2"));
  expect(gunzipSync((await first).body).toString()).toBe(`41${TEXT}`);
  expect(await wire.poll()).toEqual(["42"]);
});

test("permessage-deflate: messages below the threshold, and those that say so, are not compressed", async () => {
  const { url, connected } = await startEngine({ perMessageDeflate: { threshold: 100 } });
  const connection = connected();
  const raw = await openRawWebSocket(url, `${PATH}?EIO=4&transport=websocket`, {
    "sec-websocket-extensions": "permessage-deflate",
  });
  const socket = await connection;
  await raw.frames.next();
  socket.send("a".repeat(50)).send(TEXT).send(TEXT, { compress: false });
  const frames = await raw.frames.take(3);
  const RSV1 = 4;
  expect(frames.map(({ rsv }) => rsv)).toEqual([0, RSV1, 0]);
  expect(frames[1]?.payload.length).toBeLessThan(100);
  expect(frames[2]?.payload.toString()).toBe(`4${TEXT}`);
});

describe("a message for many, with permessage-deflate", () => {
  const TARGET = `${PATH}?EIO=4&transport=websocket`;
  const DEFLATE = { "sec-websocket-extensions": "permessage-deflate" };

  test("is compressed once: all get the same frames, before and after their own", async () => {
    const { engine, url } = await startEngine({ perMessageDeflate: { threshold: 100 } });
    const raws: RawWebSocket[] = [];
    for (let i = 0; i < 3; i++) raws.push(await openRawWebSocket(url, TARGET, DEFLATE));
    expect(raws[0]?.head).toMatch(/permessage-deflate; server_no_context_takeover/i);
    const sockets = Object.values(engine.clients);
    await Promise.all(raws.map(({ frames }) => frames.next()));
    const message = new PreparedMessage([TEXT, Buffer.alloc(500, 7), "short"]);
    const frames = message.frames.bind(message);
    const made: unknown[] = [];
    message.frames = (framer) => {
      const result = frames(framer);
      made.push(result);
      return result;
    };
    sockets[0]?.send(TEXT);
    expect(await raws[0]?.frames.next()).toMatchObject({ rsv: 4 });
    while (!sockets.every(({ transport }) => transport.writable)) await new Promise(setImmediate);
    for (const socket of sockets) socket.writePrepared(message);
    const [first, ...others] = await Promise.all(raws.map(({ frames }) => frames.take(3)));
    expect(first?.map(({ rsv }) => rsv)).toEqual([4, 4, 0]);
    for (const frames of others) expect(frames).toEqual(first);
    expect([made.length, new Set(made).size]).toEqual([3, 1]);
    for (const socket of sockets) socket.send("after");
    for (const { frames } of raws) expect((await frames.next()).payload.toString()).toBe("4after");
  });

  test.each<[string, ServerOptions["perMessageDeflate"], object | boolean]>([
    ["shared", true, true],
    ["with a context for each connection", { serverNoContextTakeover: false }, true],
    ["with a smaller window", true, { serverMaxWindowBits: 9 }],
    ["with a level", { zlibDeflateOptions: { level: 9 } }, true],
    ["for a client without it", true, false],
  ])("can be read, between others: %s", async (_, perMessageDeflate, ofClient) => {
    const { engine, url } = await startEngine({ perMessageDeflate });
    const wire = await openWebSocket(url, { path: PATH, ws: { perMessageDeflate: ofClient } });
    await wire.text();
    const [socket] = Object.values(engine.clients);
    const expected: string[] = [];
    for (let round = 0; round < 20; round++) {
      const text = `${round}`.repeat(2000);
      const message = new PreparedMessage([text, Buffer.from(text), `${round}`]);
      socket?.writePrepared(message);
      if (round % 3 === 0) socket?.send(`own ${text}`);
      expected.push(`4${text}`, text, `4${round}`, ...(round % 3 === 0 ? [`4own ${text}`] : []));
      if (round % 4 === 0) await new Promise(setImmediate);
    }
    expect((await wire.messages.take(expected.length)).map(String)).toEqual(expected);
  });
});
