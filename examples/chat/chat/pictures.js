import { Buffer } from "node:buffer";
import { ChatError } from "./chat-error.js";
import { LIMITS } from "./limits.js";
import { integer, record } from "./validate.js";

const ascii = (bytes, start, end) => bytes.toString("latin1", start, end);

// The type comes from the bytes, never from the sender; SVG, which can carry script, is not among them.
const SIGNATURES = [
  ["image/png", (b) => ascii(b, 0, 8) === "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", (b) => ascii(b, 0, 3) === "\xff\xd8\xff"],
  ["image/gif", (b) => /^GIF8[79]a$/.test(ascii(b, 0, 6))],
  ["image/webp", (b) => ascii(b, 0, 4) === "RIFF" && ascii(b, 8, 12) === "WEBP"],
];

/** Returns `{ meta: { type, width, height, size }, bytes }` of a picture that came from the network. */
export function picture(value) {
  const { bytes, width, height } = record(value);
  if (!Buffer.isBuffer(bytes))
    throw new ChatError("ERR_BAD_PICTURE", "The picture did not arrive as binary data.");
  if (bytes.length > LIMITS.pictureBytes) {
    throw new ChatError(
      "ERR_PICTURE_TOO_LARGE",
      `A picture can have at most ${LIMITS.pictureBytes / 1024 ** 2} MB.`,
    );
  }
  const type = SIGNATURES.find(([, matches]) => matches(bytes))?.[0];
  if (!type) throw new ChatError("ERR_BAD_PICTURE", "Only PNG, JPEG, GIF and WebP pictures can be sent.");
  const side = (number, what) => integer(number, what, 1, LIMITS.pictureSide);
  return {
    meta: { type, width: side(width, "The width"), height: side(height, "The height"), size: bytes.length },
    bytes,
  };
}

/** The bytes of recent pictures, oldest out first once they weigh more than the budget. */
export class PictureStore {
  #bytes = new Map();
  #weight = 0;

  add(messageId, bytes) {
    this.#bytes.set(messageId, bytes);
    this.#weight += bytes.length;
    for (const oldest of this.#bytes.keys()) {
      if (this.#weight <= LIMITS.pictureMemory) break;
      this.delete(oldest);
    }
  }

  get(messageId) {
    const bytes = this.#bytes.get(messageId);
    if (!bytes) throw new ChatError("ERR_PICTURE_GONE", "This picture is no longer kept by the server.");
    return bytes;
  }

  delete(messageId) {
    const bytes = this.#bytes.get(messageId);
    if (!bytes) return;
    this.#bytes.delete(messageId);
    this.#weight -= bytes.length;
  }
}
