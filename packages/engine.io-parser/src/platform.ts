import type { Platform } from "./packet.js";

// A view, never a copy: what a socket delivers belongs to the packet.
const bufferOf = (data: ArrayBuffer | ArrayBufferView): Buffer =>
  ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    : Buffer.from(data);

function arrayBufferOf(data: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (!ArrayBuffer.isView(data)) return data;
  const { buffer, byteOffset, byteLength } = data;
  return byteLength === buffer.byteLength
    ? (buffer as ArrayBuffer)
    : (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
}

export const node: Platform = {
  toBase64: (data) => bufferOf(data).toString("base64"),
  fromBase64(text, binaryType) {
    const buffer = Buffer.from(text, "base64");
    return binaryType === "arraybuffer" ? arrayBufferOf(buffer) : buffer;
  },
  fromBytes(data, binaryType) {
    if (Buffer.isBuffer(data) && binaryType !== "arraybuffer") return data;
    const bytes = data as ArrayBuffer | ArrayBufferView;
    return binaryType === "arraybuffer" ? arrayBufferOf(bytes) : bufferOf(bytes);
  },
};
