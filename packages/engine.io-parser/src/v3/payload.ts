import { isBytes, type Packet } from "../packet.js";
import { node } from "../platform.js";
import {
  type Bytes,
  broken,
  type DecodedPacket,
  decodePacket,
  describe,
  encodePacket,
  textOf,
} from "./packet.js";

const END_OF_LENGTH = 255;
const DIGITS = /^\d{1,15}$/;

/** Encodes packets for long-polling: bytes when `supportsBinary` and one of the packets is binary, text otherwise. */
export function encodePayload(packets: readonly Packet[], supportsBinary: boolean): string | Buffer {
  if (supportsBinary && packets.some(({ data }) => isBytes(data))) return encodeBytes(packets);
  let payload = "";
  for (const packet of packets) {
    const encoded = encodePacket(packet, false) as string;
    payload += `${encoded.length}:${encoded}`;
  }
  return payload || "0:";
}

/** For each packet: 0 for text or 1 for binary, the digits of its length a byte each, 255, and the packet. */
function encodeBytes(packets: readonly Packet[]): Buffer {
  const chunks: Uint8Array[] = [];
  for (const packet of packets) {
    const { code, bytes } = describe(packet);
    const body = bytes ?? Buffer.from(textOf(packet, code));
    const digits = String(bytes ? 1 + bytes.length : body.length);
    const header = [bytes ? 1 : 0, ...Array.from(digits, Number), END_OF_LENGTH];
    if (bytes) header.push(code);
    chunks.push(Uint8Array.from(header), body);
  }
  return Buffer.concat(chunks);
}

/** Decodes a payload, up to and including the first packet that is broken (`type: "error"`). Never throws. */
export function decodePayload(payload: string | Bytes): DecodedPacket[] {
  if (payload === "") return [broken()];
  const packets: DecodedPacket[] = [];
  const cut = typeof payload === "string" ? cutText(payload) : cutBytes(node.fromBytes(payload) as Buffer);
  for (const encoded of cut) {
    const packet = encoded === undefined ? broken() : decodePacket(encoded);
    packets.push(packet);
    if (packet.type === "error") break;
  }
  return packets;
}

/** The packets of a payload, ending with `undefined` where it is broken. Lengths are in UTF-16 code units. */
function* cutText(payload: string): Generator<string | undefined> {
  let at = 0;
  while (at < payload.length) {
    const colon = payload.indexOf(":", at);
    const start = colon + 1;
    at = endOf(start, payload.slice(at, Math.max(at, colon)), payload.length);
    if (at < 0) return yield undefined;
    // The payload without packets is "0:".
    if (at > start) yield payload.slice(start, at);
  }
}

/** The same of bytes. Lengths are in bytes. */
function* cutBytes(payload: Buffer): Generator<string | Buffer | undefined> {
  let at = 0;
  while (at < payload.length) {
    const isText = payload[at] === 0;
    const end = payload.indexOf(END_OF_LENGTH, at + 1);
    const start = end + 1;
    const digits = payload.subarray(at + 1, Math.max(at + 1, end)).map((digit) => digit + 48);
    at = endOf(start, Buffer.from(digits).toString("latin1"), payload.length);
    if (at < 0) return yield undefined;
    const encoded = payload.subarray(start, at);
    yield isText ? encoded.toString() : encoded;
  }
}

/** Where a packet ends, -1 when its length is not a number or leads past the end. */
function endOf(start: number, digits: string, limit: number): number {
  const end = DIGITS.test(digits) ? start + Number(digits) : Number.POSITIVE_INFINITY;
  return end <= limit ? end : -1;
}
