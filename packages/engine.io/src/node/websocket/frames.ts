import type { PacketType } from "engine.io-parser";
import type { Batch, RawData } from "../../core/contract.js";

const FIN = 0x80;
const TEXT = FIN | 1;
const BINARY = FIN | 2;
// Says that the payload is compressed.
const RSV1 = 0x40;
const CLOSE = FIN | 8;
const PONG = FIN | 10;
// RFC 6455, section 5.5: what a control frame may carry, less the two bytes of a close code.
const LONGEST_REASON = 123;
// Bytes from here on are written as they are, beside their header, instead of being copied into the frame.
const LARGE = 4096;
// Up to here the chunks of a batch are copied into one: cheaper than a vectored write of many small ones.
const SMALL_BATCH = 16_384;

const CODES: Record<PacketType, number> = {
  open: 0x30,
  close: 0x31,
  ping: 0x32,
  pong: 0x33,
  message: 0x34,
  upgrade: 0x35,
  noop: 0x36,
  // Never sent.
  error: 0x36,
};

/** The frames of several messages in one exact buffer. */
export function frameMessages(parts: readonly RawData[]): Buffer {
  let size = 0;
  for (const part of parts) size += frameSize(payloadSize(part));
  const target = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const part of parts) {
    offset =
      typeof part === "string"
        ? writeText(target, offset, CODES.message, part, Buffer.byteLength(part) + 1)
        : writeBinary(target, offset, asBytes(part));
  }
  return target;
}

/** The unmasked frames of a batch, in as few chunks as make sense. */
export function frameBatch(batch: Batch): Uint8Array[] {
  const chunks = frameEach(batch);
  if (chunks.length === 1) return chunks;
  let size = 0;
  for (const chunk of chunks) size += chunk.length;
  return size <= SMALL_BATCH ? [Buffer.concat(chunks, size)] : chunks;
}

/** The frame of one message that is encoded already. */
export function frameData(data: RawData): Uint8Array[] {
  if (typeof data !== "string") return frameBytes(asBytes(data));
  const length = Buffer.byteLength(data);
  const target = Buffer.allocUnsafe(frameSize(length));
  target.write(data, writeHeader(target, 0, TEXT, length));
  return [target];
}

/** The frame of one message whose payload is compressed. */
export function frameDeflated(isText: boolean, payload: Buffer): Buffer {
  const target = Buffer.allocUnsafe(frameSize(payload.length));
  target.set(payload, writeHeader(target, 0, (isText ? TEXT : BINARY) | RSV1, payload.length));
  return target;
}

/** Without a code the frame has no payload, and the other side reads 1005. A reason that is too long is cut. */
export function frameClose(code?: number, reason = ""): Buffer {
  if (code === undefined) return Buffer.from([CLOSE, 0]);
  const text = truncate(Buffer.from(reason), LONGEST_REASON);
  return Buffer.concat([Buffer.from([CLOSE, 2 + text.length, code >> 8, code & 0xff]), text]);
}

export function framePong(payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([PONG, payload.length]), payload]);
}

function frameEach(batch: Batch): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (const item of batch) {
    if (item.type === "prepared") {
      chunks.push(item.frames(frameMessages));
      continue;
    }
    const { data = "" } = item;
    if (typeof data === "string") {
      const length = Buffer.byteLength(data) + 1;
      const target = Buffer.allocUnsafe(frameSize(length));
      writeText(target, 0, CODES[item.type], data, length);
      chunks.push(target);
      continue;
    }
    chunks.push(...frameBytes(asBytes(data)));
  }
  return chunks;
}

function frameBytes(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length < LARGE) {
    const target = Buffer.allocUnsafe(frameSize(bytes.length));
    writeBinary(target, 0, bytes);
    return [target];
  }
  const header = Buffer.allocUnsafe(frameSize(bytes.length) - bytes.length);
  writeHeader(header, 0, BINARY, bytes.length);
  return [header, bytes];
}

/** Cuts UTF-8 where a character ends. */
function truncate(text: Buffer, limit: number): Buffer {
  if (text.length <= limit) return text;
  let end = limit;
  while (((text[end] as number) & 0xc0) === 0x80) end--;
  return text.subarray(0, end);
}

function payloadSize(data: RawData): number {
  return typeof data === "string" ? Buffer.byteLength(data) + 1 : data.byteLength;
}

function frameSize(payload: number): number {
  return payload + (payload < 126 ? 2 : payload < 65536 ? 4 : 10);
}

function asBytes(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

function writeText(target: Buffer, start: number, code: number, text: string, length: number): number {
  const offset = writeHeader(target, start, TEXT, length);
  target[offset] = code;
  target.write(text, offset + 1);
  return offset + length;
}

function writeBinary(target: Buffer, start: number, bytes: Uint8Array): number {
  const offset = writeHeader(target, start, BINARY, bytes.length);
  target.set(bytes, offset);
  return offset + bytes.length;
}

/** RFC 6455, section 5.2. */
function writeHeader(target: Buffer, offset: number, first: number, length: number): number {
  target[offset] = first;
  if (length < 126) {
    target[offset + 1] = length;
    return offset + 2;
  }
  if (length < 65536) {
    target[offset + 1] = 126;
    return target.writeUInt16BE(length, offset + 2);
  }
  target[offset + 1] = 127;
  target.writeUInt16BE(0, offset + 2);
  return target.writeUIntBE(length, offset + 4, 6);
}
