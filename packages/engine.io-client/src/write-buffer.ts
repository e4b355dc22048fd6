import type { Packet, RawData } from "engine.io-parser";

const BASE64_OVERHEAD = 1.33;

/** The length of a message in a payload, in bytes. */
function byteLength(data: RawData): number {
  // Not TextEncoder: React Native has none.
  if (typeof data === "string") return new Blob([data]).size;
  return Math.ceil(((data as Blob).size ?? (data as ArrayBuffer).byteLength) * BASE64_OVERHEAD);
}

/** How many of the packets, at least one, fit into one payload of `maxPayload` bytes. */
export function countFitting(packets: readonly Packet[], maxPayload = 1 / 0): number {
  let size = -1;
  const end = packets.findIndex(({ data }, i) => {
    // The type, and the separator before it.
    size += 2 + (data ? byteLength(data) : 0);
    return i && size > maxPayload;
  });
  return end < 0 ? packets.length : end;
}
