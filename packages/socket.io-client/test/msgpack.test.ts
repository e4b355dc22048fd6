import { createServer } from "node:http";
import { createRequire } from "node:module";
import { Server as PublishedServer } from "published-socket.io";
import * as publishedParser from "socket.io-msgpack-parser";
import { Server } from "socket.io-server";
import { listen, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { io } from "../src/index.js";
import { decode } from "../src/msgpack/decode.js";
import { encode } from "../src/msgpack/encode.js";
import * as ourParser from "../src/msgpack/parser.js";
import { onEnd, type ServerClass } from "./support/start.js";

const require = createRequire(import.meta.url);
// What the published parser is made of.
const notepack = createRequire(require.resolve("socket.io-msgpack-parser"))("notepack.io") as {
  encode(value: unknown): Buffer;
  decode(message: Uint8Array): unknown;
};

const long = (length: number) => "é".repeat(length);
const map = (size: number) => Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}`, i]));

const values: unknown[] = [
  null,
  undefined,
  true,
  false,
  ...[0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53],
  ...[-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31), -(2 ** 31) - 1, -(2 ** 53)],
  ...[0.5, -0.5, Number.MIN_VALUE, Number.POSITIVE_INFINITY, Number.NaN],
  ...["", "a", "\u{1f600}", long(15), long(16), long(127), long(128), long(40_000)],
  ...[[], [1, "two", [3]], Array(15).fill(0), Array(16).fill(1), Array(300).fill(2), Array(70_000).fill(3)],
  ...[{}, { a: { b: { c: null } } }, map(15), map(16), map(300), map(70_000)],
  ...[new Date(0), new Date(-1), new Date(1e12), new Date(-1e12)],
];

const bytes = (value: unknown) => Buffer.from(value as ArrayBuffer);

describe("MessagePack", () => {
  it.each(values.map((value) => [value]))("reads what notepack.io writes, and the reverse", (value) => {
    expect(decode(notepack.encode(value))).toEqual(value);
    expect(notepack.decode(Buffer.from(encode(value)))).toEqual(value);
    expect(decode(encode(value))).toEqual(value);
  });

  it.each([0, 1, 255, 256, 70_000])("carries %i bytes, in whatever holds them", (length) => {
    const data = Buffer.alloc(length, 7);
    const array = Uint8Array.from(data);
    expect(bytes(decode(notepack.encode(data)))).toEqual(data);
    for (const holder of [data, array, array.buffer, new DataView(array.buffer)]) {
      expect(notepack.decode(Buffer.from(encode(holder)))).toEqual(data);
    }
  });

  it("keeps the large numbers that notepack.io does not", () => {
    expect(decode(encode(1e300))).toBe(1e300);
    expect(notepack.decode(Buffer.from(encode(1e300)))).toBe(1e300);
  });

  it("treats objects as JSON does", () => {
    const value = { a: undefined, f() {}, s: Symbol("s"), d: { toJSON: () => "from toJSON" } };
    expect(decode(encode(value))).toEqual({ d: "from toJSON" });
    expect(() => encode(1n)).toThrow(TypeError);
    const hostile = decode(notepack.encode(JSON.parse('{"__proto__":{"polluted":true}}'))) as object;
    expect(Object.getPrototypeOf(hostile)).toBe(Object.prototype);
    expect(Object.keys(hostile)).toEqual(["__proto__"]);
  });

  it("refuses every cut message, and what is no message", () => {
    const whole = encode([1, "text", { a: new Uint8Array(300), b: [1.5, new Date(1)] }, -1000, 70_000]);
    expect(() => decode(whole)).not.toThrow();
    for (let end = 0; end < whole.length; end++) expect(() => decode(whole.subarray(0, end))).toThrow();
    expect(() => decode(Uint8Array.of(1, 1))).toThrow("too long");
    expect(() => decode(Uint8Array.of(0xc1))).toThrow("unknown code");
    for (const code of [0xdd, 0xdf, 0xdb, 0xc6, 0xc9]) {
      expect(() => decode(Uint8Array.of(code, 255, 255, 255, 255))).toThrow();
    }
  });
});

describe("the parser made of it", () => {
  it.each([
    [null],
    [1],
    [[]],
    [{}],
    [{ type: 9, nsp: "/" }],
    [{ type: 2, nsp: 1, data: ["x"] }],
    [{ type: 2, nsp: "/", data: "x" }],
    [{ type: 2, nsp: "/", data: ["connect"] }],
    [{ type: 3, nsp: "/", id: "1", data: [] }],
  ])("refuses %j", (packet) => {
    const expected = expect.objectContaining({ code: "ERR_INVALID_PAYLOAD" });
    expect(() => new ourParser.Decoder().add(encode(packet))).toThrow(expected);
  });

  const servers: [string, ServerClass][] = [
    ["our server", Server as unknown as ServerClass],
    ["published socket.io", PublishedServer],
  ];
  const clients = { ours: ourParser, published: publishedParser };
  describe.each(servers)("talks to %s with the published parser", (_name, ServerImpl) => {
    it.each(Object.entries(clients))("from the %s one", async (_parser, parser) => {
      const http = createServer();
      const server = new ServerImpl({ parser: publishedParser });
      server.attach(http);
      const { url, close } = await listen(http);
      onEnd(() => Promise.all([server.close(), close()]));
      server.of("/nsp").use((peer, next) => {
        const error = Object.assign(new Error("refused"), { data: { a: 1 } });
        next(peer.handshake.auth.token ? undefined : error);
      });
      server.of("/nsp").on("connection", (peer) => {
        peer.on("echo", (...args) => args.pop()(...args));
        peer.emit("bytes", { b: Buffer.from("abc") });
      });
      const socket = io(`${url}/nsp`, { parser, forceNew: true });
      onEnd(() => socket.disconnect());
      expect((await waitFor(socket, "connect_error"))[0]).toMatchObject({
        message: "refused",
        data: { a: 1 },
      });
      socket.auth = { token: 1 };
      socket.connect();
      const [{ b }] = (await waitFor(socket, "bytes")) as [{ b: Uint8Array }];
      expect(Buffer.from(b).toString()).toBe("abc");
      const sent = { a: [1, null, "x"], date: new Date(7) };
      expect(await socket.emitWithAck("echo", sent)).toEqual(sent);
    });
  });
});
