import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { httpRequest, listen } from "testkit";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ClientFiles, Server, type ServerOptions } from "../../src/index.js";

const CONTENT = `var io = 1; // ${"long ".repeat(400)}`;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "client-files-"));
  await writeFile(join(directory, "socket.io.js"), CONTENT);
});
afterAll(() => rm(directory, { recursive: true }));

class WithFiles extends Server {
  protected override _clientFiles(): ClientFiles {
    return {
      resolve(name) {
        if (name === "socket.io.js" || name === "socket.io.min.js") return join(directory, name);
        if (name === "socket.io.esm.min.js.map") return Buffer.from("{}");
        return undefined;
      },
    };
  }
}

let closing: (() => Promise<void>) | undefined;
afterEach(() => closing?.());

async function serve(options: Partial<ServerOptions> = {}) {
  const http = createServer((_request, response) => response.end("the application"));
  const io = new WithFiles(http, options);
  const { url, close } = await listen(http);
  closing = async () => {
    await io.close();
    await close();
  };
  return (target: string, headers = {}, method = "GET") => httpRequest(url, target, { headers, method });
}

test("a bundle is served whole, and not again while it is current", async () => {
  const get = await serve();
  const reply = await get("/socket.io/socket.io.js?v=1");
  expect(reply.status).toBe(200);
  expect(reply.text).toBe(CONTENT);
  expect(reply.headers).toMatchObject({
    "content-type": "application/javascript; charset=utf-8",
    "cache-control": "public, max-age=0",
    "content-length": String(Buffer.byteLength(CONTENT)),
    vary: "Accept-Encoding",
  });
  expect(reply.headers).not.toHaveProperty("access-control-allow-origin");
  const { etag } = reply.headers as { etag: string };
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
    const current = await get("/socket.io/socket.io.js", { "if-none-match": tag });
    expect([current.status, current.text, current.headers.etag]).toEqual([304, "", etag]);
  }
  expect((await get("/socket.io/socket.io.js", { "if-none-match": '"other"' })).status).toBe(200);
  const head = await get("/socket.io/socket.io.js", {}, "HEAD");
  expect([head.status, head.text, head.headers["content-length"]]).toEqual([
    200,
    "",
    reply.headers["content-length"],
  ]);
});

test.each([
  ["gzip", "gzip", gunzipSync],
  ["deflate", "deflate", inflateSync],
  ["gzip, deflate, br", "br", brotliDecompressSync],
  ["gzip;q=1, br;q=0.5", "gzip", gunzipSync],
  ["*", "br", brotliDecompressSync],
])("Accept-Encoding: %s is answered with %s", async (accepted, encoding, decompress) => {
  const get = await serve();
  const reply = await get("/socket.io/socket.io.js", { "accept-encoding": accepted });
  expect(reply.headers["content-encoding"]).toBe(encoding);
  expect(decompress(reply.body).toString()).toBe(CONTENT);
});

test.each(["identity", "identity;q=1, *;q=0", "gzip;q=0", "zstd", "br;q=x"])(
  "Accept-Encoding: %s is answered without compression",
  async (accepted) => {
    const get = await serve();
    const reply = await get("/socket.io/socket.io.js", { "accept-encoding": accepted });
    expect(reply.headers["content-encoding"]).toBeUndefined();
    expect(reply.text).toBe(CONTENT);
  },
);

test("a source map has its type", async () => {
  const get = await serve();
  const reply = await get("/socket.io/socket.io.esm.min.js.map");
  expect([reply.text, reply.headers["content-type"]]).toEqual(["{}", "application/json; charset=utf-8"]);
});

test("a bundle that is missing is not found", async () => {
  const get = await serve();
  expect((await get("/socket.io/socket.io.min.js")).status).toBe(404);
  expect((await get("/socket.io/socket.io.msgpack.min.js")).status).toBe(404);
});

test.each([
  "/socket.io/socket.io.jsx",
  "/socket.io/../package.json",
  "/socket.io/..%2fpackage.json",
  "/socket.io/socket.io.min.js/x",
  "/socket.io//socket.io.js",
  "/socket.io/client.js",
])("%s is left to the engine", async (target) => {
  const get = await serve();
  const reply = await get(target);
  expect([reply.status, JSON.parse(reply.text).code]).toEqual([400, 0]);
});

test("what is not under the path is the application's, and the path can be another", async () => {
  const get = await serve({ path: "/x/" });
  expect((await get("/x/socket.io.js")).text).toBe(CONTENT);
  expect((await get("/socket.io/socket.io.js")).text).toBe("the application");
});

test("cors is for the bundles too", async () => {
  const get = await serve({ cors: { origin: "http://a.b", credentials: true } });
  const granted = { "access-control-allow-origin": "http://a.b", "access-control-allow-credentials": "true" };
  const reply = await get("/socket.io/socket.io.js");
  expect(reply.headers).toMatchObject({ ...granted, vary: "Origin, Accept-Encoding" });
  const { etag = "" } = reply.headers;
  expect((await get("/socket.io/socket.io.js", { "if-none-match": etag })).headers).toMatchObject(granted);
  expect((await get("/socket.io/socket.io.js", {}, "OPTIONS")).status).toBe(204);
});

test("cors that fails is an error of the server", async () => {
  const get = await serve({ cors: (_request, callback) => callback(new Error("no")) });
  expect((await get("/socket.io/socket.io.js")).status).toBe(500);
});

test("serveClient: false leaves the bundles to the engine, which has none", async () => {
  const get = await serve({ serveClient: false });
  expect((await get("/socket.io/socket.io.js")).status).toBe(400);
});

test("sendFile() sends a file of any name", async () => {
  const http = createServer((request, response) => {
    void Server.sendFile(join(directory, "socket.io.js"), request, response);
  });
  const { url, close } = await listen(http);
  closing = close;
  const reply = await httpRequest(url, "/", { headers: { "accept-encoding": "gzip" } });
  expect(gunzipSync(reply.body).toString()).toBe(CONTENT);
});
