import { type BinaryType, decode, encode, type Packet, type RawData, withoutBlobs } from "./packet.js";
import { decodeAll, encodeAll } from "./payload.js";
import { node } from "./platform.js";
import { decoderStream, encoderStream, frames } from "./stream.js";

export {
  type BinaryType,
  decodeFrame,
  encodeFrame,
  type Packet,
  type PacketType,
  protocol,
  type RawData,
} from "./packet.js";

/**
 * Encodes a packet for a transport that carries one packet in a message.
 *
 * @param supportsBinary - `false` makes binary data text: `b` and base64
 * @param callback - called with the encoded packet: at once, or later when a Blob must be read first
 * @throws TypeError with code `ERR_UNKNOWN_PACKET_TYPE`
 */
export function encodePacket(
  packet: Packet,
  supportsBinary: boolean,
  callback: (encoded: RawData) => void,
): void {
  if (supportsBinary) callback(encode(node, packet, true));
  else encodePayload([packet], callback);
}

/**
 * `encodePacket` with a result instead of a callback. Bytes, and a Blob, are returned as they are when `supportsBinary`.
 *
 * @throws TypeError with code `ERR_UNKNOWN_PACKET_TYPE`, or `ERR_BLOB_IS_ASYNC` for a Blob without `supportsBinary`
 * @example
 * encodePacketSync({ type: "message", data: "hello" }, true); // "4hello"
 */
export function encodePacketSync(packet: Packet, supportsBinary: false): string;
export function encodePacketSync(packet: Packet, supportsBinary: boolean): RawData;
export function encodePacketSync(packet: Packet, supportsBinary: boolean): RawData {
  return encode(node, packet, supportsBinary);
}

/**
 * Decodes one packet. Never throws for what a peer sends: the result is then `{ type: "error", data: "parser error" }`.
 *
 * @param binaryType - what binary data becomes
 */
export function decodePacket(encoded: RawData, binaryType?: BinaryType): Packet {
  return decode(node, encoded, binaryType);
}

/**
 * Encodes packets for a transport that carries text: the packets with U+001E between them.
 *
 * @param callback - called with the payload: at once, or later when a Blob must be read first
 * @throws TypeError with code `ERR_UNKNOWN_PACKET_TYPE`
 */
export function encodePayload(packets: readonly Packet[], callback: (payload: string) => void): void {
  withoutBlobs(packets, (read) => callback(encodeAll(node, read)));
}

/**
 * `encodePayload` with a result instead of a callback.
 *
 * @throws TypeError with code `ERR_UNKNOWN_PACKET_TYPE`, or `ERR_BLOB_IS_ASYNC` for a Blob
 * @example
 * encodePayloadSync([{ type: "ping" }, { type: "message", data: "a" }]); // "2\x1e4a"
 */
export function encodePayloadSync(packets: readonly Packet[]): string {
  return encodeAll(node, packets);
}

/** Decodes a payload, up to and including the first packet that is broken (`type: "error"`). */
export function decodePayload(payload: string, binaryType?: BinaryType): Packet[] {
  return decodeAll(node, payload, binaryType);
}

/**
 * The bytes that `createPacketEncoderStream` makes of packets, in one piece: for who writes many at once, or the same to many.
 *
 * @throws TypeError with code `ERR_UNKNOWN_PACKET_TYPE`, or `ERR_BLOB_IS_ASYNC` for a Blob
 * @example
 * encodeFrames([{ type: "message", data: "hi" }]); // 03 34 68 69
 */
export function encodeFrames(packets: readonly Packet[]): Uint8Array {
  return frames(node, packets);
}

/** Packets in, the bytes of length-prefixed frames out: a header chunk and a payload chunk for each packet. */
export function createPacketEncoderStream(): TransformStream<Packet, Uint8Array> {
  return encoderStream(node);
}

/**
 * The bytes of length-prefixed frames in, however they are split, packets out. A frame that is empty or longer than allowed
 * gives one `{ type: "error" }` packet, after which the rest of the stream is ignored.
 *
 * @param maxPayload - the longest frame that is accepted, in bytes
 * @param binaryType - what binary data becomes
 */
export function createPacketDecoderStream(
  maxPayload: number,
  binaryType?: BinaryType,
): TransformStream<Uint8Array, Packet> {
  return decoderStream(node, maxPayload, binaryType);
}
