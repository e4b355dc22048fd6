import type { Packet, RawData } from "engine.io-parser";

const BASE64_OVERHEAD = 1.33;

// Not TextEncoder: React Native has none.
function byteLength(data: RawData): number {
  if (typeof data !== "string") {
    return Math.ceil(((data as Blob).size ?? (data as ArrayBuffer).byteLength) * BASE64_OVERHEAD);
  }
  let length = 0;
  for (const char of data) {
    const code = char.codePointAt(0) as number;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** How many of the packets, at least one, fit into one payload of `maxPayload` bytes. */
export function countFitting(packets: readonly Packet[], maxPayload: number): number {
  let size = -1;
  const end = packets.findIndex(({ data }, i) => {
    // The type, and the separator before it.
    size += 2 + (data ? byteLength(data) : 0);
    return i && size > maxPayload;
  });
  return end < 0 ? packets.length : end;
}
