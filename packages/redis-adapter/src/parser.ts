import { decode, encode } from "notepack.io";

/** Turns messages into bytes and back. All servers must have the same. */
export interface Parser {
  encode(value: unknown): Buffer;
  decode(bytes: Buffer): unknown;
}

/** MessagePack, by the library whose encoding of `undefined` and dates the published adapter has. */
export const msgpack: Parser = { encode, decode };

const BRACE = 0x7b;

/** JSON where it begins with a brace, which no MessagePack of an object or array does; `undefined` for what is neither. */
export function decodeAny(bytes: Buffer, parser: Parser): unknown {
  try {
    return bytes[0] === BRACE ? JSON.parse(bytes.toString()) : parser.decode(bytes);
  } catch {
    return undefined;
  }
}
