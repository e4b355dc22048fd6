import {
  type BinaryType,
  bytesOf,
  decode,
  encode,
  errorPacket,
  fail,
  isBlob,
  type Packet,
  type Platform,
} from "./packet.js";

// A frame is a header and a payload. The header's first byte holds the binary flag and a length below 126,
// or 126 for a length in the next 2 bytes, or 127 for one in the next 8, big-endian.
const BINARY = 0x80;
const LENGTH_16 = 126;

/** Header and payload of the frame of a packet without Blob. */
function frame(platform: Platform, packet: Packet): [Uint8Array, Uint8Array] {
  const encoded = encode(platform, packet, true);
  if (isBlob(encoded)) fail("BLOB_IS_ASYNC", "a Blob needs createPacketEncoderStream()");
  const isText = typeof encoded === "string";
  const payload = isText ? new TextEncoder().encode(encoded) : bytesOf(encoded);
  const { length } = payload;
  const size = length < LENGTH_16 ? 0 : length < 0x10000 ? 2 : 8;
  const header = new DataView(new ArrayBuffer(1 + size));
  header.setUint8(0, (isText ? 0 : BINARY) + (size ? (size === 2 ? LENGTH_16 : LENGTH_16 + 1) : length));
  if (size === 2) header.setUint16(1, length);
  else if (size) header.setUint32(5, length);
  return [bytesOf(header), payload];
}

/** The frames of packets without Blobs, in one piece. */
export function frames(platform: Platform, packets: readonly Packet[]): Uint8Array {
  const chunks = packets.flatMap((packet) => frame(platform, packet));
  const target = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    target.set(chunk, offset);
    offset += chunk.length;
  }
  return target;
}

export const encoderStream = (platform: Platform): TransformStream<Packet, Uint8Array> =>
  new TransformStream({
    async transform({ type, data }, controller) {
      const packet = { type, data: isBlob(data) ? await data.arrayBuffer() : data };
      for (const chunk of frame(platform, packet)) controller.enqueue(chunk);
    },
  });

/** Cuts a stream of bytes, however it is chunked, into frames. Keeps at most about one frame. */
export function decoderStream(
  platform: Platform,
  maxPayload: number,
  binaryType?: BinaryType,
): TransformStream<Uint8Array, Packet> {
  let state = "header" as "header" | "length" | "payload" | "broken";
  let binary = false;
  /** How many bytes the present state needs. */
  let need = 1;
  /** What came, and is not used, in its first `have` bytes. Room grows with that, never with what a header promises. */
  let buffer = new Uint8Array(0);
  let have = 0;

  const isBroken = () => state === "broken";

  function expectPayload(length: number): Packet | undefined {
    state = "payload";
    need = length;
    // The least text packet is one digit; a binary message may be empty.
    if (length > maxPayload || !(length || binary)) {
      state = "broken";
      return errorPacket();
    }
  }

  /** Takes the bytes that the state needs. */
  function step(bytes: Uint8Array): Packet | undefined {
    const view = new DataView(bytes.buffer);
    if (state === "header") {
      const first = view.getUint8(0);
      binary = first >= BINARY;
      const length = first % BINARY;
      if (length < LENGTH_16) return expectPayload(length);
      state = "length";
      need = length === LENGTH_16 ? 2 : 8;
    } else if (state === "length") {
      return expectPayload(need === 2 ? view.getUint16(0) : view.getUint32(0) * 2 ** 32 + view.getUint32(4));
    } else {
      state = "header";
      need = 1;
      return decode(platform, binary ? bytes : new TextDecoder().decode(bytes), binaryType);
    }
  }

  return new TransformStream({
    transform(chunk, controller) {
      if (isBroken()) return;
      const total = have + chunk.length;
      if (total > buffer.length) {
        const grown = new Uint8Array(2 * total);
        grown.set(buffer.subarray(0, have));
        buffer = grown;
      }
      buffer.set(chunk, have);
      have = total;
      let start = 0;
      while (!isBroken() && have - start >= need) {
        const end = start + need;
        const packet = step(buffer.slice(start, end));
        start = end;
        if (packet) controller.enqueue(packet);
      }
      if (start) {
        buffer = buffer.slice(start, have);
        have -= start;
      }
    },
  });
}
