import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { openRawWebSocket } from "testkit";
import { expect, test } from "vitest";
import type { ServerOptions } from "../../src/index.js";
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
