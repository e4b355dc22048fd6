/** The kinds of packet; `error` is never sent, it is what a broken packet decodes to. */
export type PacketType = "open" | "close" | "ping" | "pong" | "message" | "upgrade" | "noop" | "error";

/** What a packet carries, and what goes over the wire: text or bytes. A `Buffer` is a view like any other. */
export type RawData = string | ArrayBuffer | ArrayBufferView | Blob;

/** An Engine.IO packet. Binary data is always of type `message`, whatever `type` says. */
export interface Packet {
  type: PacketType;
  /** Hints for the transport; never encoded. */
  options?: { compress?: boolean };
  data?: RawData;
}

/**
 * What decoded binary data becomes: `nodebuffer` a `Buffer` (Node.js only, and its default), `arraybuffer` an exact
 * `ArrayBuffer` (the default in browsers), `blob` a `Blob` (browsers only).
 */
export type BinaryType = "nodebuffer" | "arraybuffer" | "blob";

/** The Engine.IO protocol that this package speaks. */
export const protocol = 4;

// The index of a type is the digit that starts its packet.
export const TYPES: readonly PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const CODE_0 = 48;

type Bytes = ArrayBuffer | ArrayBufferView;

/** What differs between runtimes. */
export interface Platform {
  toBase64(data: Bytes): string;
  /** Throws, or returns what it can, when the text is not base64. */
  fromBase64(text: string, binaryType?: BinaryType): RawData;
  fromBytes(data: Exclude<RawData, string>, binaryType?: BinaryType): RawData;
}

export const errorPacket = (): Packet => ({ type: "error", data: "parser error" });

export const isBytes = (data: unknown): data is Bytes =>
  ArrayBuffer.isView(data) || data instanceof ArrayBuffer;

export const bytesOf = (data: Bytes): Uint8Array =>
  ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);

const hasBlob = typeof Blob === "function";
export const isBlob = (data: unknown): data is Blob => hasBlob && data instanceof Blob;

export function fail(code: string, message: string): never {
  throw Object.assign(new TypeError(message), { code: `ERR_${code}` });
}

/**
 * Encodes a packet for a transport that carries text and bytes, one packet in a message. Bytes, and a Blob, are returned as they
 * are. Unlike `encodePacketSync` it knows nothing of base64, which bundles may be glad of.
 */
export const encodeFrame = ({ type, data }: Packet): RawData =>
  typeof data === "object" ? data : TYPES.indexOf(type) + (data || "");

/** The reverse of `encodeFrame`. Never throws for what a peer sends; binary data comes as it is. */
export function decodeFrame(encoded: RawData): Packet {
  if (typeof encoded !== "string") return { type: "message", data: encoded };
  const type = TYPES[encoded.charCodeAt(0) - CODE_0];
  const data = encoded.slice(1);
  return !type ? errorPacket() : data ? { type, data } : { type };
}

/** @throws TypeError with code `ERR_UNKNOWN_PACKET_TYPE`, or `ERR_BLOB_IS_ASYNC` for a Blob without `supportsBinary` */
export function encode(platform: Platform, packet: Packet, supportsBinary: boolean): RawData {
  const { type, data } = packet;
  const blob = isBlob(data);
  if (blob || isBytes(data)) {
    if (supportsBinary) return data;
    if (blob) fail("BLOB_IS_ASYNC", "a Blob needs encodePacket()");
    return `b${platform.toBase64(data)}`;
  }
  if (!TYPES.includes(type)) fail("UNKNOWN_PACKET_TYPE", `unknown packet type "${type}"`);
  return encodeFrame(packet);
}

/** Packets whose Blobs are read, so that `encode` takes them. At once when there is none. */
export function withoutBlobs(
  packets: readonly Packet[],
  callback: (packets: readonly Packet[]) => void,
): void {
  const read = async ({ type, data }: Packet) => ({
    type,
    data: isBlob(data) ? await data.arrayBuffer() : data,
  });
  if (packets.some(({ data }) => isBlob(data))) void Promise.all(packets.map(read)).then(callback);
  else callback(packets);
}

export function decode(platform: Platform, encoded: RawData, binaryType?: BinaryType): Packet {
  try {
    if (typeof encoded !== "string")
      return { type: "message", data: platform.fromBytes(encoded, binaryType) };
    if (encoded[0] === "b")
      return { type: "message", data: platform.fromBase64(encoded.slice(1), binaryType) };
  } catch {}
  return decodeFrame(encoded);
}
