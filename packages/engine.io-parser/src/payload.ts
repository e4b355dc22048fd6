import { type BinaryType, decode, encode, type Packet, type Platform } from "./packet.js";

const SEPARATOR = "\x1e";

export function encodeAll(platform: Platform, packets: readonly Packet[]): string {
  let payload = "";
  for (let i = 0; i < packets.length; i++) {
    if (i) payload += SEPARATOR;
    payload += encode(platform, packets[i] as Packet, false) as string;
  }
  return payload;
}

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
