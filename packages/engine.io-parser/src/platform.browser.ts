import { bytesOf, type Platform } from "./packet.js";

// Well under the number of arguments that every engine accepts.
const CHUNK = 0x8000;

export const browser: Platform = {
  toBase64(data) {
    const bytes = bytesOf(data);
    let binary = "";
    for (let i = 0; i < bytes.length; i += CHUNK) {
      binary += String.fromCharCode(...bytes.subarray(i, i + CHUNK));
    }
    return btoa(binary);
  },
  fromBase64: (text, binaryType) =>
    browser.fromBytes(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer, binaryType),
  fromBytes(data, binaryType) {
    if (data instanceof Blob) return data;
    if (binaryType === "blob") return new Blob([data as BlobPart]);
    return ArrayBuffer.isView(data)
      ? (data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer)
      : data;
  },
};
