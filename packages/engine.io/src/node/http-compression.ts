import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, deflate, gzip } from "node:zlib";
import Negotiator from "negotiator";
import type { CompressionOptions } from "../core/options.js";

const ENCODERS = {
  gzip: promisify<Buffer, object, Buffer>(gzip),
  deflate: promisify<Buffer, object, Buffer>(deflate),
  br: promisify<Buffer, object, Buffer>(brotliCompress),
};

type Encoding = keyof typeof ENCODERS;

// In this order where the client does not mind: gzip costs least for its gain on a response that is made once.
const AVAILABLE: Encoding[] = ["gzip", "deflate", "br"];

// The default, 11, is for files that are compressed once and served many times.
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** The encoding for a response of that size, if it is to be compressed. */
export function chooseEncoding(
  request: IncomingMessage,
  size: number,
  { threshold = 1024 }: CompressionOptions,
): Encoding | undefined {
  if (size < threshold || !request.headers["accept-encoding"]) return undefined;
  const chosen = new Negotiator(request).encoding([...AVAILABLE, "identity"]);
  return AVAILABLE.find((encoding) => encoding === chosen);
}

export function compress(body: Buffer, encoding: Encoding, options: CompressionOptions): Promise<Buffer> {
  return ENCODERS[encoding](body, encoding === "br" ? { ...BROTLI, ...options } : options);
}
