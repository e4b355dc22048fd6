import type { RawData } from "./packet.js";

/** Bytes of a message; text counts one for each UTF-16 code unit, which is known without reading it. */
export function sizeOf(data: RawData | undefined): number {
  if (data === undefined) return 0;
  return typeof data === "string" ? data.length : data.byteLength;
}

/** @throws TypeError with the code `ERR_INVALID_MESSAGE` */
export function checkMessage(data: RawData | undefined | null): RawData {
  if (typeof data === "string" || ArrayBuffer.isView(data) || isArrayBuffer(data)) return data;
  if (data === undefined || data === null) return "";
  const message = `a message is a string, an ArrayBuffer or a view of one, not a ${typeof data}`;
  throw Object.assign(new TypeError(message), { code: "ERR_INVALID_MESSAGE" });
}

// Not by `instanceof`, which fails for a buffer of another realm.
function isArrayBuffer(data: unknown): data is ArrayBuffer {
  return Object.prototype.toString.call(data) === "[object ArrayBuffer]";
}
