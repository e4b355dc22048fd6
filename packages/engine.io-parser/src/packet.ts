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
const CODE_B = 98;

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
  throw Object.assign(new TypeError(message), { code });
}

/** @throws TypeError with code `ERR_UNKNOWN_PACKET_TYPE`, or `ERR_BLOB_IS_ASYNC` for a Blob without `supportsBinary` */
export function encode(platform: Platform, { type, data }: Packet, supportsBinary: boolean): RawData {
  if (typeof data === "object" && data) {
    const blob = isBlob(data);
    if (supportsBinary && (blob || isBytes(data))) return data;
    if (blob) fail("ERR_BLOB_IS_ASYNC", "a Blob needs encodePacket() or encodePayload()");
    if (isBytes(data)) return `b${platform.toBase64(data)}`;
  }
  const code = type === "message" ? 4 : TYPES.indexOf(type);
  if (code < 0) fail("ERR_UNKNOWN_PACKET_TYPE", `unknown packet type "${type}"`);
  return code + ((data as string | undefined) || "");
}

/** Packets whose Blobs are read, so that `encode` takes them. At once when there is none. */
export function withoutBlobs(
  packets: readonly Packet[],
  callback: (packets: readonly Packet[]) => void,
): void {
  if (!packets.some(({ data }) => isBlob(data))) {
    callback(packets);
    return;
  }
  const read = packets.map(async ({ type, data }) => ({
    type,
    data: isBlob(data) ? await data.arrayBuffer() : data,
  }));
  void Promise.all(read).then(callback);
}

export function decode(platform: Platform, encoded: RawData, binaryType?: BinaryType): Packet {
  if (typeof encoded !== "string") {
    return { type: "message", data: platform.fromBytes(encoded, binaryType) };
  }
  const code = encoded.charCodeAt(0);
  if (code === CODE_B) {
    try {
      return { type: "message", data: platform.fromBase64(encoded.slice(1), binaryType) };
    } catch {
      return errorPacket();
    }
  }
  const type = TYPES[code - CODE_0];
  if (!type) return errorPacket();
  return encoded.length > 1 ? { type, data: encoded.slice(1) } : { type };
}
