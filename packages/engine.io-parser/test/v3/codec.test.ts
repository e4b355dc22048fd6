import fc from "fast-check";
import * as published from "published-engine.io-parser-2";
import { describe, expect, it } from "vitest";
import type { Packet } from "../../src/index.js";
import {
  type DecodedPacket,
  decodePacket,
  decodePayload,
  encodePacket,
  encodePayload,
  protocol,
} from "../../src/v3/index.js";
import { packet } from "../arbitraries.js";

const error = { type: "error", data: "parser error" };
const withoutDataNone = ({ type, data }: Packet | DecodedPacket): Packet =>
  data === undefined ? { type } : { type, data };

/** The published parser, with results where it has callbacks. */
const oracle = {
  encodePacket(packet: Packet, supportsBinary: boolean): unknown {
    let encoded: unknown;
    published.encodePacket(packet, supportsBinary, (result) => {
      encoded = result;
    });
    return encoded;
  },
  encodePayload(packets: Packet[], supportsBinary: boolean): unknown {
    let encoded: unknown;
    published.encodePayload(packets, supportsBinary, (result) => {
      encoded = result;
    });
    return encoded;
  },
  decodePacket: (encoded: unknown): Packet => knownOnly(published.decodePacket(encoded) as Packet),
  decodePayload(payload: unknown): Packet[] {
    const packets: Packet[] = [];
    published.decodePayload(payload, (packet) => {
      const known = knownOnly(packet as Packet);
      packets.push(known);
      return known.type !== "error";
    });
    return packets;
  },
};

/** The published parser makes of an unknown type a binary packet without type. */
function knownOnly(packet: Packet): Packet {
  return packet.type === undefined ? ({ ...error } as Packet) : packet;
}

/** Packets whose text survives UTF-8. */
const wellFormed = packet.filter(
  ({ data }) => typeof data !== "string" || data === Buffer.from(data).toString(),
);
const packets = fc.array(wellFormed, { minLength: 1, maxLength: 10 });

/** What a packet is once it was encoded and decoded. */
function asReceived({ type, data }: Packet): Packet {
  if (data === undefined || data === "") return { type };
  if (typeof data === "string") return { type, data };
  return { type, data: bufferOf(data as ArrayBuffer | ArrayBufferView) };
}

function withBuffer({ type, data }: Packet): Packet {
  return typeof data === "object"
    ? { type, data: bufferOf(data as ArrayBufferView) }
    : withoutDataNone({ type, data });
}

describe("packets of protocol 3", () => {
  it("are encoded to the bytes of the published parser, and decoded as there", () => {
    fc.assert(
      fc.property(packet, fc.boolean(), (packet, supportsBinary) => {
        const encoded = encodePacket(packet, supportsBinary);
        // The published parser takes all of the buffer for some kinds of views.
        expect(encoded).toEqual(oracle.encodePacket(withBuffer(packet), supportsBinary));
        expect(decodePacket(encoded)).toEqual(withoutDataNone(oracle.decodePacket(encoded)));
        expect(decodePacket(encoded)).toEqual(asReceived(packet));
      }),
    );
  });

  it("are refused and accepted as by the published parser, whatever the text", () => {
    const anything = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^b?[0-9]?[\w=+/ -]*$/));
    fc.assert(
      fc.property(anything, (text) => {
        expect(decodePacket(text)).toEqual(withoutDataNone(oracle.decodePacket(text)));
      }),
      { numRuns: 2000 },
    );
  });

  it("are refused and accepted as by the published parser, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(decodePacket(buffer)).toEqual(oracle.decodePacket(buffer));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(["", "7", "b", "b7", "bx", "x", "toString", "-1"])("%j is an error", (text) => {
    expect(decodePacket(text)).toEqual(error);
  });

  it.each([[[]], [[7]], [[0x34, 0x61]]])("the bytes %j are an error", (bytes) => {
    expect(decodePacket(Uint8Array.from(bytes))).toEqual(error);
  });

  it("keep the type of binary data, and hand it out without a copy", () => {
    expect(encodePacket({ type: "ping", data: Buffer.from([1]) }, true)).toEqual(Buffer.from([2, 1]));
    const message = Buffer.from([4, 1, 2]);
    expect((decodePacket(message).data as Buffer).buffer).toBe(message.buffer);
  });

  it("of a type that does not exist cannot be encoded", () => {
    const unknown = { type: "bogus" } as unknown as Packet;
    expect(() => encodePacket(unknown, true)).toThrow(
      expect.objectContaining({ code: "ERR_UNKNOWN_PACKET_TYPE", message: 'unknown packet type "bogus"' }),
    );
    expect(() => encodePayload([unknown], true)).toThrow(
      expect.objectContaining({ code: "ERR_UNKNOWN_PACKET_TYPE" }),
    );
  });

  it("are those of protocol 3", () => {
    expect(protocol).toBe(3);
  });
});

describe("payloads of protocol 3", () => {
  it("are the text, or the bytes, of the published parser, and are decoded as there", () => {
    fc.assert(
      fc.property(packets, fc.boolean(), (packets, supportsBinary) => {
        const payload = encodePayload(packets, supportsBinary);
        // The published parser takes some kinds of views for text.
        const expected = oracle.encodePayload(packets.map(withBuffer), supportsBinary);
        expect(payload).toEqual(expected);
        expect(decodePayload(payload)).toEqual(oracle.decodePayload(payload).map(withoutDataNone));
        expect(decodePayload(payload)).toEqual(packets.map(asReceived));
      }),
    );
  });

  it("that are cut short end with an error, after the packets that are whole", () => {
    fc.assert(
      fc.property(packets, fc.boolean(), fc.nat(), (packets, supportsBinary, cut) => {
        const payload = encodePayload(packets, supportsBinary);
        const decoded = decodePayload(payload.slice(0, cut % payload.length));
        const last = decoded.pop();
        if (last?.type !== "error" && last) decoded.push(last);
        expect(decoded).toEqual(packets.slice(0, decoded.length).map(asReceived));
      }),
    );
  });

  it("never throw, whatever the bytes", () => {
    const header = fc.constantFrom(0, 1, 2, 9, 255, 0x34);
    fc.assert(
      fc.property(fc.array(fc.oneof(header, fc.nat(255)), { maxLength: 30 }), (bytes) => {
        const decoded = decodePayload(Uint8Array.from(bytes));
        expect(decoded.slice(0, -1).every(({ type }) => type !== "error")).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("are refused and accepted as by the published parser, whatever the text", () => {
    // Without the numbers that only the published parser reads as a length: "1e0", " 1", "".
    const part = fc.stringMatching(/^(0|[1-9][0-9]?):[0-9b][a=]*$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        const payload = parts.join("");
        expect(decodePayload(payload)).toEqual(oracle.decodePayload(payload).map(withoutDataNone));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(["", "x", ":", "1:", "3:4a", "-1:4", "1e0:4", " 1:4", "1.0:4", "9999999999999999:4", "4a", "1"])(
    "%j is an error",
    (text) => {
      expect(decodePayload(text)).toEqual([error]);
    },
  );

  it.each([[[0]], [[0, 2]], [[0, 255]], [[0, 3, 255, 52, 97]], [[1, 10, 255, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9]]])(
    "the bytes %j are an error",
    (bytes) => {
      expect(decodePayload(Uint8Array.from(bytes))).toEqual([error]);
    },
  );

  it("end with the first packet that is broken", () => {
    expect(decodePayload("2:4a1:72:4b")).toEqual([{ type: "message", data: "a" }, error]);
    expect(decodePayload("2:4a2")).toEqual([{ type: "message", data: "a" }, error]);
    const bytes = Buffer.from([0, 2, 255, 0x34, 0x61, 0, 1, 255, 0x37, 1, 2, 255, 4, 9]);
    expect(decodePayload(bytes)).toEqual([{ type: "message", data: "a" }, error]);
  });

  it("without packets are 0:", () => {
    expect(encodePayload([], true)).toBe("0:");
    expect(decodePayload("0:")).toEqual([]);
  });

  it("count characters in text and bytes in binary", () => {
    const text: Packet = { type: "message", data: "é😀" };
    expect(encodePayload([text, { type: "ping" }], true)).toBe("4:4é😀1:2");
    const mixed = encodePayload([text, { type: "message", data: Buffer.from([7]) }], true);
    expect((mixed as Buffer).toString("hex")).toBe("0007ff34c3a9f09f98800102ff0407");
  });

  it("take linear time, however hostile", () => {
    const started = performance.now();
    decodePayload("1".repeat(1_000_000));
    decodePayload("1:6".repeat(300_000));
    decodePayload(Buffer.alloc(1_000_000, 1));
    decodePayload(Buffer.alloc(1_000_000, Buffer.from([0, 1, 255, 0x36])));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

function bufferOf(data: ArrayBuffer | ArrayBufferView): Buffer {
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
