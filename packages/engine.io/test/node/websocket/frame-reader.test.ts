import type { Writable } from "node:stream";
import fc from "fast-check";
import { frame } from "testkit";
import { describe, expect, test } from "vitest";
import * as ws from "ws";
import { FrameReader } from "../../../src/node/websocket/frame-reader.js";

type Seen = [event: string, ...details: unknown[]];

const MAX_PAYLOAD = 70_000;

/** Cuts bytes at the given places, in copies, since a reader writes into what it is given. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => Buffer.from(bytes.subarray(ends[i - 1] ?? 0, end)));
}

/** The first character is one byte in the protocol; of any other text it is only seen that it came. */
function seenText(code: number, rest: string): Seen {
  if (code > 0x7f) return ["text that is no packet"];
  return ["text", Number.isNaN(code) ? "" : String.fromCharCode(code) + rest];
}

function read(chunks: readonly Buffer[], maxPayload = MAX_PAYLOAD): Seen[] {
  const seen: Seen[] = [];
  const reader = new FrameReader(
    {
      text: (code, rest) => seen.push(seenText(code, rest)),
      binary: (data) => seen.push(["binary", data.toString("hex")]),
      ping: (payload) => seen.push(["ping", payload.toString("hex")]),
      closing: (code, reason) => seen.push(["closing", code, reason]),
      broken: (code) => seen.push(["broken", code]),
    },
    maxPayload,
  );
  for (const chunk of chunks) reader.add(chunk);
  return seen;
}

const CLOSE_CODES: Record<string, number> = {
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_INVALID_UTF8: 1007,
};

/** What `ws` makes of the same bytes. */
async function readByWs(bytes: Buffer): Promise<Seen[]> {
  const seen: Seen[] = [];
  // Exported by `ws`, and not in its types.
  const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };
  const receiver = new Receiver({ isServer: true, maxPayload: MAX_PAYLOAD, binaryType: "nodebuffer" });
  receiver.on("message", (data: Buffer, isBinary: boolean) => {
    seen.push(
      isBinary ? ["binary", data.toString("hex")] : seenText(data[0] ?? Number.NaN, data.toString().slice(1)),
    );
  });
  receiver.on("ping", (payload: Buffer) => seen.push(["ping", payload.toString("hex")]));
  receiver.on("conclude", (code: number, reason: Buffer) => seen.push(["closing", code, reason.toString()]));
  await new Promise<void>((resolve) => {
    receiver.on("error", (error: Error & { code: string }) => {
      seen.push(["broken", CLOSE_CODES[error.code] ?? 1002]);
      resolve();
    });
    receiver.write(Buffer.from(bytes), () => resolve());
  });
  return seen;
}

const text = fc.oneof(
  fc.string({ unit: "binary-ascii", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }).map((rest) => `4${rest}`),
);
const bytes = fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data));
const places = fc.array(fc.nat(100_000), { maxLength: 20 });

interface Message {
  frames: Buffer[];
  seen: Seen;
}

/** A message in fragments, pings between them. */
const message: fc.Arbitrary<Message[]> = fc
  .tuple(fc.oneof(text, bytes), places, fc.array(bytes, { maxLength: 3 }))
  .map(([data, ends, pings]) => {
    const payload = Buffer.from(data as Buffer);
    const parts = cut(payload, ends.slice(0, 4));
    const opcode = typeof data === "string" ? 1 : 2;
    const seen: Seen = typeof data === "string" ? ["text", data] : ["binary", data.toString("hex")];
    const fragments = parts.map((part, i) =>
      frame(part, { opcode: i === 0 ? opcode : 0, fin: i === parts.length - 1 }),
    );
    const before = pings.map((ping): Message => {
      const short = ping.subarray(0, 125);
      return { frames: [frame(short, { opcode: 9 })], seen: ["ping", short.toString("hex")] };
    });
    const [first, ...rest] = fragments as [Buffer, ...Buffer[]];
    if (rest.length === 0) return [...before, { frames: [first], seen }];
    return [{ frames: [first], seen: ["nothing"] }, ...before, { frames: rest, seen }];
  });

test("messages arrive whole and in order, wherever the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 8 }), places, (messages, ends) => {
      const all = messages.flat();
      const stream = Buffer.concat(all.flatMap(({ frames }) => frames));
      const expected = all.map(({ seen }) => seen).filter(([event]) => event !== "nothing");
      expect(read(cut(stream, ends))).toEqual(expected);
    }),
  );
});

test("cut at every byte", () => {
  const stream = Buffer.concat([
    frame("4é"),
    frame(Buffer.alloc(300, 1)),
    frame("a", { fin: false }),
    frame("", { opcode: 9 }),
    frame("b", { opcode: 0 }),
    frame(Buffer.from([3, 232, 98]), { opcode: 8 }),
    frame("never read"),
  ]);
  const whole = read([Buffer.from(stream)]);
  expect(whole.map(([event]) => event)).toEqual(["text", "binary", "ping", "text", "closing"]);
  expect(read(cut(stream, [...stream.keys()]))).toEqual(whole);
  for (let at = 0; at <= stream.length; at++) expect(read(cut(stream, [at]))).toEqual(whole);
});

test("garbage is refused as ws refuses it", async () => {
  // Valid frames with a few bytes changed go deeper than noise.
  const damaged = fc
    .tuple(
      fc.array(message, { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
    )
    .map(([messages, changes]) => {
      const stream = Buffer.concat(messages.flat().flatMap(({ frames }) => frames));
      for (const [at, byte] of changes) if (stream.length > 0) stream[at % stream.length] = byte;
      return stream;
    });
  const noise = fc.uint8Array({ minLength: 1, maxLength: 60 }).map((data) => Buffer.from(data));
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, noise), places, async (stream, ends) => {
      expect(read(cut(stream, ends))).toEqual(await readByWs(stream));
    }),
    { numRuns: 500 },
  );
});

describe("what is refused, and with which close code", () => {
  test.each<[string, Buffer[], number]>([
    ["RSV1", [frame("4a", { rsv: 4 })], 1002],
    ["RSV2 and RSV3", [frame("4a", { rsv: 3 })], 1002],
    ["no mask", [frame("4a", { mask: false })], 1002],
    ["an unknown data opcode", [frame("4a", { opcode: 3 })], 1002],
    ["an unknown control opcode", [frame("", { opcode: 11 })], 1002],
    ["a ping in fragments", [frame("", { opcode: 9, fin: false })], 1002],
    ["a ping of 126 bytes", [frame(Buffer.alloc(126), { opcode: 9 })], 1002],
    ["a continuation of nothing", [frame("a", { opcode: 0 })], 1002],
    ["a message within another", [frame("a", { fin: false }), frame("b")], 1002],
    ["text that is not UTF-8", [frame(Buffer.from([0x34, 0xff]), { opcode: 1 })], 1007],
    ["half a character at the end", [frame(Buffer.from([0x34, 0xc3]), { opcode: 1 })], 1007],
    ["a close code that must not be sent", [frame(Buffer.from([3, 237]), { opcode: 8 })], 1002],
    ["half a close code", [frame(Buffer.from([3]), { opcode: 8 })], 1002],
    ["a close reason that is not UTF-8", [frame(Buffer.from([3, 232, 0xff]), { opcode: 8 })], 1007],
    ["a message too large", [frame(Buffer.alloc(MAX_PAYLOAD + 1))], 1009],
    [
      "fragments that are too large together",
      [frame(Buffer.alloc(MAX_PAYLOAD), { fin: false }), frame("a", { opcode: 0 })],
      1009,
    ],
  ])("%s", (_, frames, code) => {
    expect(read([...frames, frame("4 never read")])).toEqual([["broken", code]]);
  });

  test("a length announced beyond all memory, before any payload", () => {
    const header = Buffer.from([0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    expect(read([header])).toEqual([["broken", 1009]]);
  });
});

test("the largest message allowed", () => {
  const [seen] = read(cut(frame(Buffer.alloc(MAX_PAYLOAD, 7)), [1, 5, 40_000]));
  expect(seen).toEqual(["binary", Buffer.alloc(MAX_PAYLOAD, 7).toString("hex")]);
});

test("memory follows what came, not what a header announces", () => {
  const limit = 2 ** 30;
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 100 }, () => {
    const reader = new FrameReader({ text() {}, binary() {}, ping() {}, closing() {}, broken() {} }, limit);
    reader.add(frame(Buffer.alloc(10), { length: limit - 1, opcode: 2 }));
    return reader;
  });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  expect(readers).toHaveLength(100);
});

test("an empty fragment costs nothing, however many come", () => {
  const none = frame("", { fin: false, opcode: 0 });
  const many = Buffer.concat(Array.from({ length: 10_000 }, () => none));
  expect(read([frame("4a", { fin: false }), many, frame("b", { opcode: 0 })])).toEqual([["text", "4ab"]]);
});

test.each([
  ["in one chunk", [] as number[]],
  ["in pieces", [1, 3, 9, 12]],
])("what comes behind a frame whose listener throws is read all the same, %s", async (_, ends) => {
  const seen: string[] = [];
  let allSeen: (() => void) | undefined;
  const all = new Promise<void>((resolve) => {
    allSeen = resolve;
  });
  const reader = new FrameReader(
    {
      text(_code, rest) {
        seen.push(rest);
        if (rest === "a") throw new Error("of a listener");
        if (rest === "c") allSeen?.();
      },
      binary() {},
      ping() {},
      closing() {},
      broken() {},
    },
    MAX_PAYLOAD,
  );
  const thrown: unknown[] = [];
  for (const chunk of cut(Buffer.concat([frame("4a"), frame("4b"), frame("4c")]), ends)) {
    try {
      reader.add(chunk);
    } catch (error) {
      thrown.push(error);
      await new Promise((resolve) => process.nextTick(resolve));
    }
  }
  await all;
  expect(seen).toEqual(["a", "b", "c"]);
  expect(thrown).toHaveLength(1);
});
