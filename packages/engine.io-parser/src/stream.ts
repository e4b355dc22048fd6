import {
  type BinaryType,
  bytesOf,
  decode,
  encode,
  errorPacket,
  fail,
  isBlob,
  isBytes,
  type Packet,
  type Platform,
} from "./packet.js";

// A frame is a header and a payload. The header's first byte holds the binary flag and a length below 126,
// or 126 for a length in the next 2 bytes, or 127 for one in the next 8, big-endian.
const BINARY = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;

function frameHeader(length: number, flag: number): Uint8Array {
  const header = new Uint8Array(length < LENGTH_16 ? 1 : length < 0x10000 ? 3 : 9);
  const view = new DataView(header.buffer);
  header[0] = flag | (length < LENGTH_16 ? length : length < 0x10000 ? LENGTH_16 : LENGTH_64);
  if (header.length === 3) view.setUint16(1, length);
  if (header.length === 9) view.setBigUint64(1, BigInt(length));
  return header;
}

/** The frames of packets without Blobs, in one piece. */
export function frames(platform: Platform, packets: readonly Packet[]): Uint8Array {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (const packet of packets) {
    const encoded = encode(platform, packet, true);
    if (isBlob(encoded)) fail("ERR_BLOB_IS_ASYNC", "a Blob needs createPacketEncoderStream()");
    const payload = isBytes(encoded) ? bytesOf(encoded) : encoder.encode(encoded as string);
    const header = frameHeader(payload.length, isBytes(encoded) ? BINARY : 0);
    chunks.push(header, payload);
    size += header.length + payload.length;
  }
  const target = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    target.set(chunk, offset);
    offset += chunk.length;
  }
  return target;
}

export function encoderStream(platform: Platform): TransformStream<Packet, Uint8Array> {
  const encoder = new TextEncoder();
  return new TransformStream({
    async transform({ type, data }, controller) {
      const encoded = encode(platform, { type, data: isBlob(data) ? await data.arrayBuffer() : data }, true);
      const binary = isBytes(encoded);
      const payload = binary ? bytesOf(encoded) : encoder.encode(encoded as string);
      controller.enqueue(frameHeader(payload.length, binary ? BINARY : 0));
      controller.enqueue(payload);
    },
  });
}

/** Cuts a stream of bytes, however it is chunked, into frames. Keeps at most about one frame. */
export function decoderStream(
  platform: Platform,
  maxPayload: number,
  binaryType?: BinaryType,
): TransformStream<Uint8Array, Packet> {
  const decoder = new TextDecoder();
  let state: "header" | "length" | "payload" | "broken" = "header";
  let binary = false;
  /** How many bytes the present state needs. */
  let need = 1;
  /** The first `have` bytes of what is needed, when they came in an earlier chunk. */
  let partial = new Uint8Array(0);
  let have = 0;

  /** Adds to the partial bytes. Room grows with what has arrived, never with what a header promises. */
  function keep(bytes: Uint8Array): void {
    const total = have + bytes.length;
    if (total > partial.length) {
      const grown = new Uint8Array(Math.min(need, 2 * total));
      grown.set(partial.subarray(0, have));
      partial = grown;
    }
    partial.set(bytes, have);
    have = total;
  }

  function expectPayload(length: number): Packet | undefined {
    // The least text packet is one digit; a binary message may be empty.
    if (length > maxPayload || !(length || binary)) {
      state = "broken";
      return errorPacket();
    }
    state = "payload";
    need = length;
  }

  /** Takes the bytes that the state needs. */
  function step(bytes: Uint8Array): Packet | undefined {
    if (state === "payload") {
      state = "header";
      need = 1;
      return decode(platform, binary ? bytes : decoder.decode(bytes), binaryType);
    }
    if (state === "length") {
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      return expectPayload(need === 2 ? view.getUint16(0) : Number(view.getBigUint64(0)));
    }
    const first = bytes[0] as number;
    binary = first >= BINARY;
    const length = first % BINARY;
    if (length < LENGTH_16) return expectPayload(length);
    state = "length";
    need = length === LENGTH_16 ? 2 : 8;
  }

  return new TransformStream({
    transform(chunk, controller) {
      for (let offset = 0; state !== "broken"; ) {
        const end = offset + need - have;
        if (chunk.length < end) return keep(chunk.subarray(offset));
        let bytes = chunk.subarray(offset, end);
        offset = end;
        if (have) {
          keep(bytes);
          bytes = partial;
          partial = new Uint8Array(0);
          have = 0;
        }
        const packet = step(bytes.subarray(0, need));
        if (packet) controller.enqueue(packet);
      }
    },
  });
}
