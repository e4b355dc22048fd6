import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodePacket,
  decodePayload,
  encodePacket,
  encodePacketSync,
  encodePayload,
  encodePayloadSync,
  type Packet,
  protocol,
} from "../src/index.js";
import { packet, payloadPacket } from "./arbitraries.js";
import { oracle } from "./published.js";

const error = { type: "error", data: "parser error" };

describe("packets", () => {
  it("are encoded to the bytes of the published parser", () => {
    fc.assert(
      fc.property(packet, fc.boolean(), (packet, supportsBinary) => {
        const encoded = encodePacketSync(packet, supportsBinary);
        expect(encoded).toEqual(oracle.encodePacket(packet, supportsBinary));
        encodePacket(packet, supportsBinary, (result) => expect(result).toBe(encoded));
      }),
    );
  });

  it("survive the way through either parser", () => {
    fc.assert(
      fc.property(packet, fc.boolean(), (packet, supportsBinary) => {
        const ours = encodePacketSync(packet, supportsBinary);
        const encoded = oracle.encodePacket(packet, supportsBinary);
        const theirs = typeof encoded === "string" ? encoded : bufferOf(encoded as ArrayBufferView);
        expect(decodePacket(theirs)).toEqual(oracle.decodePacket(theirs));
        if (typeof ours === "string") expect(decodePacket(ours)).toEqual(oracle.decodePacket(ours));
        const { data } = decodePacket(ours);
        if (typeof packet.data === "string" || !packet.data) expect(data ?? "").toBe(packet.data ?? "");
        else expect(data).toEqual(bufferOf(packet.data as ArrayBufferView));
      }),
    );
  });

  it("are refused and accepted as by the published parser, whatever the text", () => {
    const anything = fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[0-9b]?[\w=+/ -]*$/));
    fc.assert(
      fc.property(
        anything,
        fc.constantFrom("nodebuffer" as const, "arraybuffer" as const),
        (text, binaryType) => {
          expect(decodePacket(text, binaryType)).toEqual(oracle.decodePacket(text, binaryType));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each(["", "7", "8", "9x", "x", " 4", "toString", "/", ":", "-1", "\u{1F600}"])(
    "%j is an error",
    (text) => {
      expect(decodePacket(text)).toEqual(error);
    },
  );

  it("without data have no data property", () => {
    expect(Object.keys(decodePacket("2"))).toEqual(["type"]);
  });

  it("take binary data as it is, and hand it out without a copy", () => {
    const data = Buffer.from([1, 2, 3]);
    expect(encodePacketSync({ type: "message", data }, true)).toBe(data);
    expect(decodePacket(data).data).toBe(data);
    const view = new Uint8Array(data.buffer, data.byteOffset + 1, 1);
    const decoded = decodePacket(view).data as Buffer;
    expect(decoded).toEqual(Buffer.from([2]));
    expect(decoded.buffer).toBe(data.buffer);
  });

  it("give the exact bytes of a view as ArrayBuffer, and a whole ArrayBuffer as it is", () => {
    const whole = Uint8Array.from([1, 2, 3, 4]);
    const part = whole.subarray(1, 3);
    expect(decodePacket(part, "arraybuffer").data).toEqual(Uint8Array.from([2, 3]).buffer);
    expect(decodePacket(whole, "arraybuffer").data).toBe(whole.buffer);
    expect(decodePacket(whole.buffer, "arraybuffer").data).toBe(whole.buffer);
    expect(decodePacket("bAgM=", "arraybuffer").data).toEqual(Uint8Array.from([2, 3]).buffer);
  });

  it("with a Blob are passed on, or read where base64 is needed", async () => {
    const data = new Blob(["hi"]);
    expect(encodePacketSync({ type: "message", data }, true)).toBe(data);
    const encoded = await new Promise((resolve) => encodePacket({ type: "message", data }, false, resolve));
    expect(encoded).toBe("baGk=");
  });

  it("that cannot be encoded throw an error with a code", () => {
    const unknown = { type: "bogus" } as unknown as Packet;
    expect(() => encodePacketSync(unknown, true)).toThrow(
      expect.objectContaining({
        name: "TypeError",
        code: "ERR_UNKNOWN_PACKET_TYPE",
        message: 'unknown packet type "bogus"',
      }),
    );
    expect(() => encodePacket({ type: "error" }, true, () => {})).toThrow(
      expect.objectContaining({ code: "ERR_UNKNOWN_PACKET_TYPE" }),
    );
    expect(() => encodePacketSync({ type: "message", data: new Blob([]) }, false)).toThrow(
      expect.objectContaining({ code: "ERR_BLOB_IS_ASYNC" }),
    );
  });

  it("are those of protocol 4", () => {
    expect(protocol).toBe(4);
  });
});

describe("payloads", () => {
  const packets = fc.array(payloadPacket, { minLength: 1, maxLength: 10 });

  it("are the text of the published parser, and decode as there", () => {
    fc.assert(
      fc.property(
        packets,
        fc.constantFrom("nodebuffer" as const, "arraybuffer" as const),
        (packets, binaryType) => {
          const payload = encodePayloadSync(packets);
          expect(payload).toBe(oracle.encodePayload(packets));
          encodePayload(packets, (result) => expect(result).toBe(payload));
          expect(decodePayload(payload, binaryType)).toEqual(oracle.decodePayload(payload, binaryType));
        },
      ),
    );
  });

  it("are refused and accepted as by the published parser, whatever the text", () => {
    const part = fc.oneof(fc.stringMatching(/^[0-6b][a-z=]*$/), fc.string({ maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const payload = parts.join("\x1e");
        expect(decodePayload(payload)).toEqual(oracle.decodePayload(payload));
      }),
      { numRuns: 2000 },
    );
  });

  it("end with the first packet that is broken", () => {
    expect(decodePayload("4a\x1e\x1e4b")).toEqual([{ type: "message", data: "a" }, error]);
    expect(decodePayload("4a\x1e9\x1e4b")).toEqual([{ type: "message", data: "a" }, error]);
    expect(decodePayload("4a\x1e")).toEqual([{ type: "message", data: "a" }, error]);
    expect(decodePayload("")).toEqual([error]);
  });

  it("wait for their Blobs, and keep the order", async () => {
    const packets: Packet[] = [
      { type: "message", data: "a" },
      { type: "message", data: new Blob(["hi"]) },
      { type: "message", data: Buffer.from("hi") },
    ];
    const payload = await new Promise((resolve) => encodePayload(packets, resolve));
    expect(payload).toBe("4a\x1ebaGk=\x1ebaGk=");
    expect(() => encodePayloadSync(packets)).toThrow(expect.objectContaining({ code: "ERR_BLOB_IS_ASYNC" }));
  });

  it("without packets are empty", () => {
    expect(encodePayloadSync([])).toBe("");
    encodePayload([], (payload) => expect(payload).toBe(""));
  });
});

function bufferOf(data: ArrayBuffer | ArrayBufferView): Buffer {
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);
}
