import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createPacketDecoderStream,
  createPacketEncoderStream,
  encodeFrames,
  type Packet,
} from "../src/index.js";
import { packet } from "./arbitraries.js";
import { join, oracle, through } from "./published.js";

const MAX = 1e6;
const error = { type: "error", data: "parser error" };

const isEmptyBinary = ({ data }: Packet) =>
  typeof data === "object" && (data as ArrayBuffer).byteLength === 0;

const decode = (chunks: Iterable<Uint8Array>, maxPayload = MAX) =>
  through(createPacketDecoderStream(maxPayload), chunks);

/** Splits at each of these places. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, i) => bytes.subarray(start, at[i] ?? bytes.length));
}

function* oneByOne(bytes: Uint8Array): Generator<Uint8Array> {
  for (let i = 0; i < bytes.length; i++) yield bytes.subarray(i, i + 1);
}

describe("the encoder stream", () => {
  it("writes the bytes of the published one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 5 }), async (packets) => {
        const [ours, theirs] = await Promise.all([
          through(createPacketEncoderStream(), packets),
          through(oracle.encoderStream(), packets),
        ]);
        expect(join(ours)).toEqual(join(theirs));
      }),
    );
  });

  it.each([
    [1, [1]],
    [125, [125]],
    [126, [126, 0, 126]],
    [65_535, [126, 255, 255]],
    [65_536, [127, 0, 0, 0, 0, 0, 1, 0, 0]],
  ])("heads %d bytes with %j, the binary flag added", async (length, header) => {
    const text: Packet = { type: "message", data: "x".repeat(length - 1) };
    const binary: Packet = { type: "message", data: new Uint8Array(length) };
    const [first, , second] = await through(createPacketEncoderStream(), [text, binary]);
    expect([...(first as Uint8Array)]).toEqual(header);
    expect([...(second as Uint8Array)]).toEqual([(header[0] as number) | 0x80, ...header.slice(1)]);
  });

  it("reads a Blob in its turn", async () => {
    const packets: Packet[] = [{ type: "message", data: new Blob(["hi"]) }, { type: "ping" }];
    const bytes = join(await through(createPacketEncoderStream(), packets));
    expect([...bytes]).toEqual([0x82, 104, 105, 1, 50]);
  });

  it("fails for a packet that it does not know", async () => {
    const packets = [{ type: "bogus" }] as unknown as Packet[];
    await expect(through(createPacketEncoderStream(), packets)).rejects.toThrow(
      expect.objectContaining({ code: "ERR_UNKNOWN_PACKET_TYPE" }),
    );
  });
});

describe("the frames of several packets", () => {
  it("are the bytes of the stream", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 5 }), async (packets) => {
        const streamed = await through(createPacketEncoderStream(), packets);
        expect(Buffer.from(encodeFrames(packets))).toEqual(Buffer.from(join(streamed)));
      }),
    );
  });

  it.each([
    [{ type: "bogus" }, "ERR_UNKNOWN_PACKET_TYPE"],
    [{ type: "message", data: new Blob(["hi"]) }, "ERR_BLOB_IS_ASYNC"],
  ])("are refused for %j", (packet, code) => {
    expect(() => encodeFrames([packet as Packet])).toThrow(expect.objectContaining({ code }));
  });
});

describe("the decoder stream", () => {
  it("reads what the published encoder wrote, cut anywhere, as the published decoder does", async () => {
    await fc.assert(
      fc.asyncProperty(
        // The published decoder takes an empty binary message, which its own encoder writes, for an error.
        fc.array(
          packet.filter((packet) => !isEmptyBinary(packet)),
          { maxLength: 5 },
        ),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.constantFrom("nodebuffer" as const, "arraybuffer" as const),
        async (packets, places, binaryType) => {
          const bytes = join(await through(oracle.encoderStream(), packets));
          const ours = await through(createPacketDecoderStream(MAX, binaryType), cut(bytes, places));
          expect(ours).toEqual(await through(oracle.decoderStream(MAX, binaryType), [bytes.slice()]));
        },
      ),
    );
  });

  it("reads byte by byte", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(packet, { maxLength: 3 }), async (packets) => {
        const bytes = join(await through(createPacketEncoderStream(), packets));
        expect(await decode(oneByOne(bytes))).toEqual(await decode([bytes]));
      }),
      { numRuns: 20 },
    );
  });

  it("reads an empty binary message", async () => {
    expect(await decode([Uint8Array.of(0x80), Uint8Array.of(1, 50)])).toEqual([
      { type: "message", data: Buffer.alloc(0) },
      { type: "ping" },
    ]);
  });

  it.each([
    ["an empty text packet", [0, 1, 50], 100],
    ["a frame that is longer than allowed", [6, 52], 5],
    ["a 16-bit length that is longer than allowed", [126, 1, 0], 255],
    ["a 64-bit length that is longer than allowed", [127, 0, 0, 0, 1, 0, 0, 0, 0], MAX],
    ["a length that no number holds exactly", [127, 255, 255, 255, 255, 255, 255, 255, 255], 2 ** 53],
    ["a binary frame that is longer than allowed", [0x86, 1], 5],
  ])(
    "gives one error for %s, as soon as it is announced, and nothing after it",
    async (_, bytes, maxPayload) => {
      const chunks = [Uint8Array.from(bytes), Uint8Array.of(1, 50)];
      expect(await decode(chunks, maxPayload)).toEqual([error]);
      expect(await decode(oneByOne(join(chunks)), maxPayload)).toEqual([error]);
    },
  );

  it("takes a frame of exactly the allowed length", async () => {
    expect(await decode([Uint8Array.of(3, 52, 65, 66)], 3)).toEqual([{ type: "message", data: "AB" }]);
    expect(await decode([Uint8Array.of(126, 0, 2, 52, 65)], 2)).toEqual([{ type: "message", data: "A" }]);
  });

  it("gives an error for a packet that is broken, and goes on", async () => {
    expect(await decode([Uint8Array.of(1, 57, 1, 50)])).toEqual([error, { type: "ping" }]);
  });

  it("gives nothing for a frame that is not complete", async () => {
    expect(await decode([Uint8Array.of(3, 52)])).toEqual([]);
    expect(await decode([Uint8Array.of(126, 0)])).toEqual([]);
  });

  it("does not let a header reserve memory", async () => {
    const before = process.memoryUsage().arrayBuffers;
    const streams = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const { readable, writable } = createPacketDecoderStream(2e9);
        const reader = readable.getReader();
        const packet = reader.read();
        await writable.getWriter().write(Uint8Array.of(0xff, 0, 0, 0, 0, 0x3b, 0x9a, 0xca, 0, 1));
        return { reader, packet };
      }),
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e7);
    await Promise.all(streams.map(({ reader }) => reader.cancel()));
    for (const { packet } of streams) expect(await packet).toEqual({ done: true, value: undefined });
  });

  it("takes linear time for a long frame in bytes", async () => {
    const length = 300_000;
    const header = Uint8Array.of(0xff, 0, 0, 0, 0, 0, 4, 0x93, 0xe0);
    const bytes = join([header, new Uint8Array(length).fill(7)]);
    const [packet] = await decode(oneByOne(bytes));
    expect(packet?.data).toEqual(Buffer.alloc(length, 7));
  });
});
