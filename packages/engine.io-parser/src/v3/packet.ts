import { isBytes, type Packet, type PacketType, TYPES } from "../packet.js";
import { node } from "../platform.js";

const CODE_0 = 48;
const CODE_B = 98;

export type Bytes = ArrayBuffer | ArrayBufferView;

/** A packet as it was received: binary data is a `Buffer`. */
export interface DecodedPacket {
  type: PacketType;
  data?: string | Buffer;
}

export const broken = (): DecodedPacket => ({ type: "error", data: "parser error" });

/** The code of a packet's type, and its data when that is binary. */
export function describe({ type, data }: Packet): { code: number; bytes: Buffer | undefined } {
  const code = TYPES.indexOf(type);
  if (code < 0) {
    const error = new TypeError(`unknown packet type "${type}"`);
    throw Object.assign(error, { code: "ERR_UNKNOWN_PACKET_TYPE" });
  }
  return { code, bytes: isBytes(data) ? (node.fromBytes(data) as Buffer) : undefined };
}

export function textOf({ data }: Packet, code: number): string {
  return code + ((data as string | undefined) || "");
}

/**
 * Encodes a packet for a transport that carries one packet per message. Binary packets begin with a byte for their type.
 *
 * @param supportsBinary - `false` makes binary data text: `b`, the type and base64
 * @throws TypeError with code `ERR_UNKNOWN_PACKET_TYPE`
 * @example
 * encodePacket({ type: "message", data: "hello" }, true); // "4hello"
 */
export function encodePacket(packet: Packet, supportsBinary: boolean): string | Buffer {
  const { code, bytes } = describe(packet);
  if (!bytes) return textOf(packet, code);
  if (!supportsBinary) return `b${code}${bytes.toString("base64")}`;
  const encoded = Buffer.allocUnsafe(1 + bytes.length);
  encoded[0] = code;
  encoded.set(bytes, 1);
  return encoded;
}

/**
 * Decodes one packet. Never throws for what a peer sends: the result is then
 * `{ type: "error", data: "parser error" }`.
 */
export function decodePacket(encoded: string | Bytes): DecodedPacket {
  if (typeof encoded === "string") return decodeText(encoded);
  const bytes = node.fromBytes(encoded) as Buffer;
  const type = TYPES[bytes[0] ?? -1];
  return type ? { type, data: bytes.subarray(1) } : broken();
}

function decodeText(text: string): DecodedPacket {
  const isBase64 = text.charCodeAt(0) === CODE_B;
  const type = TYPES[text.charCodeAt(isBase64 ? 1 : 0) - CODE_0];
  if (!type) return broken();
  if (isBase64) return { type, data: Buffer.from(text.slice(2), "base64") };
  return text.length > 1 ? { type, data: text.slice(1) } : { type };
}
