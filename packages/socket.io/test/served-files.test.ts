import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { type HttpRequestOptions, httpRequest, type Listening, listen } from "testkit";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { Server, type ServerOptions } from "../src/index.js";
import { requireBundles } from "./support/built.js";

const BUNDLES = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];
const FILES = BUNDLES.flatMap((name) => [name, `${name}.map`]);

describe("served browser bundles", () => {
  let folder: string;
  let listening: Listening;
  let io: Server;

  beforeAll(() => {
    folder = requireBundles();
  });
  afterEach(async () => {
    await io.close();
    await listening.close();
  });

  async function serve(options: Partial<ServerOptions> = {}): Promise<void> {
    const app = createServer((_, response) => {
      response.statusCode = 404;
      response.end("not found by the application");
    });
    io = new Server(app, options);
    listening = await listen(app);
  }

  const fetchFile = (target: string, options?: HttpRequestOptions) =>
    httpRequest(listening.url, target, options);

  it.each(FILES)("serves %s", async (name) => {
    await serve();
    const content = readFileSync(folder + name);
    const reply = await fetchFile(`/socket.io/${name}`);
    expect(reply.status).toBe(200);
    expect(reply.body.equals(content)).toBe(true);
    const type = name.endsWith(".map") ? "application/json" : "application/javascript";
    expect(reply.headers["content-type"]).toBe(`${type}; charset=utf-8`);
    expect(reply.headers["cache-control"]).toBe("public, max-age=0");
    expect(reply.headers["content-encoding"]).toBeUndefined();
    expect(reply.headers["access-control-allow-origin"]).toBeUndefined();

    const head = await fetchFile(`/socket.io/${name}`, { method: "HEAD" });
    expect([head.status, head.body.length]).toEqual([200, 0]);
  });

  it("refers from every bundle to its map", async () => {
    for (const name of BUNDLES) {
      expect(readFileSync(folder + name, "utf8")).toContain(`//# sourceMappingURL=${name}.map`);
    }
    await serve();
  });

  it("answers 304 to whoever has it already", async () => {
    await serve();
    const { etag = "" } = (await fetchFile("/socket.io/socket.io.js")).headers;
    expect(etag).toMatch(/^"[^"]+"$/);
    for (const known of [etag, `W/${etag}`]) {
      const reply = await fetchFile("/socket.io/socket.io.js", { headers: { "if-none-match": known } });
      expect([reply.status, reply.text]).toEqual([304, ""]);
    }
    const reply = await fetchFile("/socket.io/socket.io.js", { headers: { "if-none-match": '"another"' } });
    expect(reply.status).toBe(200);
  });

  it.each([
    ["gzip", gunzipSync],
    ["br", brotliDecompressSync],
    ["deflate", inflateSync],
  ])("compresses with %s for whoever accepts it", async (encoding, decompress) => {
    await serve();
    const reply = await fetchFile("/socket.io/socket.io.js", { headers: { "accept-encoding": encoding } });
    expect(reply.headers["content-encoding"]).toBe(encoding);
    const content = readFileSync(`${folder}socket.io.js`);
    expect(decompress(reply.body).equals(content)).toBe(true);
    expect(reply.body.length).toBeLessThan(content.length / 2);
  });

  it.each([["identity"], ["gzip;q=0"], [""]])(
    "does not compress for accept-encoding %j",
    async (accepted) => {
      await serve();
      const reply = await fetchFile("/socket.io/socket.io.js", { headers: { "accept-encoding": accepted } });
      expect(reply.headers["content-encoding"]).toBeUndefined();
      expect(reply.body.length).toBe(readFileSync(`${folder}socket.io.js`).length);
    },
  );

  it("ignores the query string", async () => {
    await serve();
    const plain = await fetchFile("/socket.io/socket.io.min.js");
    const queried = await fetchFile("/socket.io/socket.io.min.js?v=1&x=../../package.json");
    expect(queried.status).toBe(200);
    expect(queried.body.equals(plain.body)).toBe(true);
  });

  it("adds CORS headers when `cors` is set, also to the 304", async () => {
    await serve({ cors: { origin: "http://a.example", credentials: true } });
    const reply = await fetchFile("/socket.io/socket.io.js", { headers: { origin: "http://a.example" } });
    const expected = {
      "access-control-allow-origin": "http://a.example",
      "access-control-allow-credentials": "true",
      vary: expect.stringContaining("Origin"),
    };
    expect(reply.headers).toMatchObject(expected);
    const headers = { origin: "http://a.example", "if-none-match": reply.headers.etag };
    const unchanged = await fetchFile("/socket.io/socket.io.js", { headers });
    expect(unchanged.status).toBe(304);
    expect(unchanged.headers).toMatchObject(expected);
  });

  it.each([
    "/socket.io/package.json",
    "/socket.io/socket.io.esm.js",
    "/socket.io/socket.io.slim.js",
    "/socket.io/SOCKET.IO.JS",
    "/socket.io/socketXio.js",
    "/socket.io/socket.io.js/",
    "/socket.io/socket.io.js%00",
    "/socket.io/socket.io.js.map.map",
    "/socket.io//socket.io.js",
    "/socket.io/a/socket.io.js",
    "/socket.io/../package.json",
    "/socket.io/%2e%2e/package.json",
    "/socket.io/..%2fpackage.json",
    "/socket.io/..\\package.json",
    "/socket.io/__proto__",
    "/socket.io/constructor",
  ])("serves nothing at %s", async (target) => {
    await serve();
    const reply = await fetchFile(target);
    expect([reply.status, reply.text]).toEqual([400, '{"code":0,"message":"Transport unknown"}']);
  });

  it("leaves what is not under its path to the application", async () => {
    await serve();
    for (const target of ["/", "/x/socket.io/socket.io.js", "/socket.io.js", "/socket.iosocket.io.js"]) {
      const reply = await fetchFile(target);
      expect([reply.status, reply.text]).toEqual([404, "not found by the application"]);
    }
  });

  it("follows the `path` option, with or without its slash", async () => {
    await serve({ path: "/realtime/" });
    expect((await fetchFile("/realtime/socket.io.js")).status).toBe(200);
    expect((await fetchFile("/socket.io/socket.io.js")).status).toBe(404);
  });

  it("serves none with `serveClient: false`", async () => {
    await serve({ serveClient: false });
    expect(io.serveClient()).toBe(false);
    expect((await fetchFile("/socket.io/socket.io.js")).status).toBe(400);
  });

  it("sends a file on request, for hosts that route by themselves", async () => {
    await serve();
    const host = await listen(
      createServer((request, response) => Server.sendFile("socket.io.min.js", request, response)),
    );
    const reply = await httpRequest(host.url, "/", { headers: { "accept-encoding": "gzip" } });
    expect(gunzipSync(reply.body).equals(readFileSync(`${folder}socket.io.min.js`))).toBe(true);
    await host.close();
  });
});
