import { constants, deflateRawSync, type ZlibOptions } from "node:zlib";
import type { RawData } from "../../core/contract.js";
import type { CompressionOptions } from "../../core/options.js";
import { frameData, frameDeflated } from "./frames.js";

/** Frames the messages of several connections in one buffer. */
export type Framer = (parts: readonly RawData[]) => Buffer;

// RFC 7692, section 7.2.1: what a flush ends with is left out.
const TAIL = 4;

/**
 * Frames for connections with permessage-deflate on which each message is compressed by itself, so that all of them may share the frame.
 * Compressed here and now, once for all of them.
 */
export function deflatingFramer({ threshold = 0, zlibDeflateOptions }: CompressionOptions): Framer {
  const options: ZlibOptions = {
    ...(zlibDeflateOptions as ZlibOptions | undefined),
    windowBits: constants.Z_MAX_WINDOWBITS,
    finishFlush: constants.Z_SYNC_FLUSH,
  };
  return (parts) =>
    Buffer.concat(
      parts.flatMap((part) => {
        const message = typeof part === "string" ? `4${part}` : part;
        const size = typeof message === "string" ? Buffer.byteLength(message) : message.byteLength;
        if (size < threshold) return frameData(message);
        const deflated = deflateRawSync(message as string | Uint8Array, options);
        return [frameDeflated(typeof message === "string", deflated.subarray(0, deflated.length - TAIL))];
      }),
    );
}
