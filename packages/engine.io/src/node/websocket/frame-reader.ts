import { isUtf8 } from "node:buffer";
import { GrowingBuffer } from "./growing-buffer.js";

/** Who the reader reports to. */
export interface FrameSink {
  /** A text message: the code of its first character (`NaN` for the empty message) and the rest. */
  text(code: number, rest: string): void;
  binary(data: Buffer): void;
  ping(payload: Buffer): void;
  /** A close frame: 1005 where it names no code. Nothing is read any more. */
  closing(code: number, reason: string): void;
  /** The client broke the protocol, and is to be told this close code. Nothing is read any more. */
  broken(closeCode: number, message: string): void;
}

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const MASK_SIZE = 4;
const NO_STATUS = 1005;
const PROTOCOL_ERROR = 1002;
const INVALID_DATA = 1007;
const POLICY_VIOLATION = 1008;
const TOO_BIG = 1009;
/** Fragments of nothing would cost no memory, and never end. */
const MOST_FRAGMENTS = 16_384;

/**
 * Reads the frames of a client (RFC 6455, section 5), without extensions, from a byte stream that is cut anywhere. A frame that lies
 * within one chunk is unmasked where it is; what spreads over several is gathered in a buffer that grows with what has come, never
 * with what a header announces.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #maxPayload: number;
  /** The first bytes of a frame whose end has not come. */
  #partial: GrowingBuffer | undefined;
  /** The fragments of a message so far, and what it is. */
  #message: GrowingBuffer | undefined;
  #messageType = 0;
  #fragments = 0;
  #done = false;

  /** @param maxPayload - how many bytes a message may have */
  constructor(sink: FrameSink, maxPayload: number) {
    this.#sink = sink;
    this.#maxPayload = maxPayload;
  }

  /** Takes the next chunk, which is the reader's from then on: it is written into. */
  add(chunk: Buffer): void {
    let at = 0;
    if (this.#partial) {
      at = this.#complete(this.#partial, chunk);
      if (this.#partial) return;
    }
    while (at < chunk.length && !this.#done) {
      const end = this.#endOf(chunk, at, chunk.length);
      if (this.#done) return;
      if (end > chunk.length) {
        this.#partial = new GrowingBuffer();
        this.#partial.append(chunk, at, chunk.length);
        return;
      }
      this.#deliver(chunk, at, end, chunk, end);
      at = end;
    }
  }

  /** Adds to a frame that has begun no more than belongs to it. Returns how much that was. */
  #complete(partial: GrowingBuffer, chunk: Buffer): number {
    let at = 0;
    while (!this.#done) {
      const { bytes } = partial;
      const end = this.#endOf(bytes, 0, bytes.length);
      if (this.#done) break;
      if (end === bytes.length) {
        this.#partial = undefined;
        this.#deliver(bytes, 0, end, chunk, at);
        break;
      }
      if (at === chunk.length) break;
      const missing = Math.min(end - bytes.length, chunk.length - at);
      partial.append(chunk, at, at + missing);
      at += missing;
    }
    return at;
  }

  /** Handles a frame, behind which `chunk` goes on at `next`. */
  #deliver(data: Buffer, at: number, end: number, chunk: Buffer, next: number): void {
    try {
      this.#frame(data, at, end);
    } catch (error) {
      // Of a listener: it surfaces, and what came behind is read all the same.
      if (next < chunk.length) process.nextTick(readOn, this, chunk.subarray(next));
      throw error;
    }
  }

  /** Where the frame ends that begins at `at`; while its header is incomplete, where the known part of the header ends. */
  #endOf(data: Buffer, at: number, limit: number): number {
    if (limit - at < 2) return at + 2;
    const first = data[at] as number;
    const second = data[at + 1] as number;
    const problem = this.#headerProblem(first, second);
    if (problem !== undefined) return this.#fail(PROTOCOL_ERROR, problem);
    let length = second & 0x7f;
    let header = 2;
    if (length === 126) {
      header = 4;
      if (limit - at < header) return at + header;
      length = data.readUInt16BE(at + 2);
    } else if (length === 127) {
      header = 10;
      if (limit - at < header) return at + header;
      length = data.readUInt32BE(at + 2) * 2 ** 32 + data.readUInt32BE(at + 6);
    }
    const gathered = first & 0x08 ? 0 : (this.#message?.length ?? 0);
    if (gathered + length > this.#maxPayload) return this.#fail(TOO_BIG, "Max payload size exceeded");
    return at + header + MASK_SIZE + length;
  }

  #headerProblem(first: number, second: number): string | undefined {
    if (first & 0x70) return "Invalid WebSocket frame: a reserved bit is set";
    if ((second & 0x80) === 0) return "Invalid WebSocket frame: it is not masked";
    const opcode = first & 0x0f;
    if (opcode >= CLOSE) {
      if (opcode > PONG) return `Invalid WebSocket frame: opcode ${opcode}`;
      if ((first & 0x80) === 0) return "Invalid WebSocket frame: a control frame in fragments";
      if ((second & 0x7f) > 125) return "Invalid WebSocket frame: a control frame of more than 125 bytes";
      return undefined;
    }
    if (opcode > BINARY) return `Invalid WebSocket frame: opcode ${opcode}`;
    if ((opcode === CONTINUATION) !== (this.#message !== undefined)) {
      return opcode === CONTINUATION
        ? "Invalid WebSocket frame: a continuation of nothing"
        : "Invalid WebSocket frame: a message within another";
    }
    return undefined;
  }

  /** Handles the whole frame from `at` to `end`, whose header is known to be good. */
  #frame(data: Buffer, at: number, end: number): void {
    const first = data[at] as number;
    const short = (data[at + 1] as number) & 0x7f;
    const mask = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    const start = mask + MASK_SIZE;
    const bits = unmask(data, mask, start, end);
    const opcode = first & 0x0f;
    if (opcode >= CLOSE) {
      this.#control(opcode, data.subarray(start, end));
    } else if (opcode === CONTINUATION || (first & 0x80) === 0) {
      this.#fragment(first, data, start, end);
    } else if (opcode === TEXT) {
      this.#text(data, start, end, bits < 0x80);
    } else {
      this.#sink.binary(data.subarray(start, end));
    }
  }

  #text(data: Buffer, start: number, end: number, isAscii: boolean): void {
    if (start === end) {
      this.#sink.text(Number.NaN, "");
    } else if (isAscii) {
      this.#sink.text(data[start] as number, data.toString("latin1", start + 1, end));
    } else if (isUtf8(data.subarray(start, end))) {
      this.#sink.text(data[start] as number, data.toString("utf8", start + 1, end));
    } else {
      this.#fail(INVALID_DATA, "Invalid WebSocket frame: the text is not UTF-8");
    }
  }

  #fragment(first: number, data: Buffer, start: number, end: number): void {
    if (!this.#message) {
      this.#message = new GrowingBuffer();
      this.#messageType = first & 0x0f;
      this.#fragments = 0;
    }
    if (++this.#fragments > MOST_FRAGMENTS) {
      this.#fail(POLICY_VIOLATION, "Too many fragments of a message");
      return;
    }
    this.#message.append(data, start, end);
    if ((first & 0x80) === 0) return;
    const message = this.#message.take();
    this.#message = undefined;
    if (this.#messageType === TEXT) this.#text(message, 0, message.length, false);
    else this.#sink.binary(message);
  }

  #control(opcode: number, payload: Buffer): void {
    if (opcode === PING) this.#sink.ping(payload);
    else if (opcode === CLOSE) this.#close(payload);
  }

  #close(payload: Buffer): void {
    if (payload.length === 0) {
      this.#done = true;
      this.#sink.closing(NO_STATUS, "");
      return;
    }
    const code = payload.length > 1 ? payload.readUInt16BE(0) : 0;
    const reason = payload.subarray(2);
    if (!isCloseCode(code)) this.#fail(PROTOCOL_ERROR, "Invalid WebSocket frame: no valid close code");
    else if (!isUtf8(reason)) this.#fail(INVALID_DATA, "Invalid WebSocket frame: the reason is not UTF-8");
    else {
      this.#done = true;
      this.#sink.closing(code, reason.toString());
    }
  }

  #fail(closeCode: number, message: string): number {
    this.#done = true;
    this.#partial = this.#message = undefined;
    this.#sink.broken(closeCode, message);
    return 0;
  }
}

function readOn(reader: FrameReader, rest: Buffer): void {
  reader.add(rest);
}

/** Takes the mask off in place. Returns the bits that any of the bytes has: below 0x80 all of them are ASCII. */
function unmask(data: Buffer, mask: number, start: number, end: number): number {
  const m0 = data[mask] as number;
  const m1 = data[mask + 1] as number;
  const m2 = data[mask + 2] as number;
  const m3 = data[mask + 3] as number;
  let bits = 0;
  let i = start;
  for (const last = end - 3; i < last; i += 4) {
    const a = (data[i] as number) ^ m0;
    const b = (data[i + 1] as number) ^ m1;
    const c = (data[i + 2] as number) ^ m2;
    const d = (data[i + 3] as number) ^ m3;
    data[i] = a;
    data[i + 1] = b;
    data[i + 2] = c;
    data[i + 3] = d;
    bits |= a | b | c | d;
  }
  for (let k = 0; i < end; i++, k++) {
    const byte = (data[i] as number) ^ (k === 0 ? m0 : k === 1 ? m1 : m2);
    data[i] = byte;
    bits |= byte;
  }
  return bits;
}

/** RFC 6455, section 7.4: the codes that may be sent. */
function isCloseCode(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== NO_STATUS && code !== 1006) ||
    (code >= 3000 && code <= 4999)
  );
}
