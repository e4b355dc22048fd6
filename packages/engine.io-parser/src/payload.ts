import { type BinaryType, decode, encode, type Packet, type Platform } from "./packet.js";

const SEPARATOR = "\x1e";

export const encodeAll = (platform: Platform, packets: readonly Packet[]): string =>
  packets.map((packet) => encode(platform, packet, false)).join(SEPARATOR);

export function decodeAll(platform: Platform, payload: string, binaryType?: BinaryType): Packet[] {
  const packets: Packet[] = [];
  for (let start = 0, end: number; start >= 0; start = end + 1 || -1) {
    end = payload.indexOf(SEPARATOR, start);
    const packet = decode(platform, end < 0 ? payload.slice(start) : payload.slice(start, end), binaryType);
    packets.push(packet);
    if (packet.type === "error") break;
  }
  return packets;
}
