import { randomBytes } from "node:crypto";

export interface FrameOptions {
  /** @default true */
  fin?: boolean;
  /** The three reserved bits as a number 0-7: RSV1 is 4, RSV2 is 2, RSV3 is 1. @default 0 */
  rsv?: number;
  /** 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. @default 1 for a string, 2 for bytes */
  opcode?: number;
  /** Clients must mask. @default true */
  mask?: boolean;
  /** Claims another length than the payload has. */
  length?: number;
}

export interface WireFrame {
  fin: boolean;
  rsv: number;
  opcode: number;
  masked: boolean;
  payload: Buffer;
  /** How many bytes of header it came with. */
  headerLength: number;
}

/** One WebSocket frame (RFC 6455, section 5.2), valid or deliberately not. */
export function frame(data: string | Uint8Array, options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, opcode = typeof data === "string" ? 1 : 2, mask = true } = options;
  const payload = Buffer.from(data);
  const length = options.length ?? payload.length;
  const maskBit = mask ? 0x80 : 0;
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  let header: Buffer;
  if (length < 126) {
    header = Buffer.from([first, maskBit | length]);
  } else if (length < 65_536) {
    header = Buffer.from([first, maskBit | 126, 0, 0]);
    header.writeUInt16BE(length, 2);
  } else {
    header = Buffer.alloc(10);
    header[0] = first;
    header[1] = maskBit | 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  if (!mask) return Buffer.concat([header, payload]);
  const key = randomBytes(4);
  return Buffer.concat([header, key, masked(payload, key)]);
}

/** Cuts a byte stream into frames, however the bytes come. */
export class FrameReader {
  #pending = Buffer.alloc(0);

  /** The frames completed by these bytes. */
  add(bytes: Uint8Array): WireFrame[] {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    const frames: WireFrame[] = [];
    for (let next = this.#read(); next !== undefined; next = this.#read()) frames.push(next);
    return frames;
  }

  #read(): WireFrame | undefined {
    const bytes = this.#pending;
    if (bytes.length < 2) return undefined;
    const first = bytes.readUInt8(0);
    const second = bytes.readUInt8(1);
    const isMasked = second >= 0x80;
    let length = second & 0x7f;
    let offset = 2;
    if (length === 126) {
      if (bytes.length < 4) return undefined;
      length = bytes.readUInt16BE(2);
      offset = 4;
    } else if (length === 127) {
      if (bytes.length < 10) return undefined;
      length = Number(bytes.readBigUInt64BE(2));
      offset = 10;
    }
    const headerLength = offset + (isMasked ? 4 : 0);
    if (bytes.length < headerLength + length) return undefined;
    const raw = bytes.subarray(headerLength, headerLength + length);
    this.#pending = bytes.subarray(headerLength + length);
    return {
      fin: first >= 0x80,
      rsv: (first >> 4) & 7,
      opcode: first & 15,
      masked: isMasked,
      payload: isMasked ? masked(raw, bytes.subarray(offset, offset + 4)) : raw,
      headerLength,
    };
  }
}

function masked(payload: Buffer, key: Buffer): Buffer {
  return Buffer.from(payload.map((byte, index) => byte ^ key.readUInt8(index & 3)));
}
