import { bytesOf, type Platform } from "./packet.js";

export const browser: Platform = {
  toBase64(data) {
    let binary = "";
    // Not one call with all of them: there is a limit to the number of arguments.
    for (const byte of bytesOf(data)) binary += String.fromCharCode(byte);
    return btoa(binary);
  },
  fromBase64: (text, binaryType) =>
    browser.fromBytes(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer, binaryType),
  fromBytes(data, binaryType) {
    if (data instanceof Blob) return data;
    if (binaryType === "blob") return new Blob([data as BlobPart]);
    return ArrayBuffer.isView(data) ? bytesOf(data).slice().buffer : data;
  },
};
