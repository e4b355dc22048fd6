import { promisify } from "node:util";
import { brotliCompress, constants, deflate, gzip } from "node:zlib";
import type { CompressionOptions } from "../core/options.js";

const ENCODERS = {
  gzip: promisify<Buffer, object, Buffer>(gzip),
  deflate: promisify<Buffer, object, Buffer>(deflate),
  br: promisify<Buffer, object, Buffer>(brotliCompress),
};

type Encoding = keyof typeof ENCODERS;

// In this order where the client does not mind: gzip costs least for its gain on a response that is made once.
export const ENCODINGS: readonly Encoding[] = ["gzip", "deflate", "br"];

// The default, 11, is for files that are compressed once and served many times.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

export function compress(body: Buffer, encoding: Encoding, options: CompressionOptions): Promise<Buffer> {
  return ENCODERS[encoding](body, encoding === "br" ? { ...BROTLI, ...options } : options);
}
