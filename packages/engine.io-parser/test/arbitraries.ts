import fc from "fast-check";
import type { Packet, PacketType } from "../src/index.js";

const TYPES: PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "b", "4", "probe", "\u2028", "é".repeat(70), "x".repeat(70_000)),
);

/** Packets whose data is text. */
const textPacket: fc.Arbitrary<Packet> = fc
  .record({ type: fc.constantFrom(...TYPES), data: fc.option(text, { nil: undefined }) })
  .map(({ type, data }) => (data === undefined ? { type } : { type, data }));

/** Bytes in every guise, as a part of a larger buffer too. */
const bytes = fc
  .tuple(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom("Buffer", "ArrayBuffer", "Uint8Array", "DataView", "Uint16Array"),
    fc.nat(4),
  )
  .map(([content, kind, offset]) => {
    const padded = new Uint8Array(content.length + 2 * offset + 1);
    padded.set(content, offset);
    const { buffer } = padded;
    switch (kind) {
      case "Buffer":
        return Buffer.from(buffer, offset, content.length);
      case "ArrayBuffer":
        return content.slice().buffer;
      case "DataView":
        return new DataView(buffer, offset, content.length);
      case "Uint16Array":
        return new Uint16Array(content.slice(0, content.length & ~1).buffer);
      default:
        return new Uint8Array(buffer, offset, content.length);
    }
  });

const binaryPacket: fc.Arbitrary<Packet> = bytes.map((data) => ({ type: "message", data }));

export const packet: fc.Arbitrary<Packet> = fc.oneof(textPacket, binaryPacket);

/** Packets for payloads: text without the separator, which a payload cannot carry. */
export const payloadPacket: fc.Arbitrary<Packet> = packet.map((packet) =>
  typeof packet.data === "string" ? { ...packet, data: packet.data.replaceAll("\x1e", "") } : packet,
);
