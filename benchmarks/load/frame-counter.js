/**
 * Counts WebSocket frames in a byte stream by reading headers and skipping payloads.
 * `onText` sees the payload only while it is set: connecting needs it, counting does not.
 */
export class FrameCounter {
  frames = 0;
  onText;
  #skip = 0;
  #rest;

  add(chunk) {
    const data = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    if (this.#skip >= data.length) {
      this.#skip -= data.length;
      return;
    }
    let at = this.#skip;
    this.#skip = 0;
    while (at < data.length) {
      const header = this.#header(data, at);
      if (!header || (this.onText && at + header.size + header.length > data.length)) {
        this.#rest = data.subarray(at);
        return;
      }
      this.frames++;
      const end = at + header.size + header.length;
      this.onText?.(data.toString("utf8", at + header.size, end));
      if (end > data.length) this.#skip = end - data.length;
      at = end;
    }
  }

  #header(data, at) {
    const left = data.length - at;
    if (left < 2) return;
    const length = data[at + 1] & 127;
    if (length < 126) return { size: 2, length };
    if (length === 126) return left < 4 ? undefined : { size: 4, length: data.readUInt16BE(at + 2) };
    return left < 10 ? undefined : { size: 10, length: Number(data.readBigUInt64BE(at + 2)) };
  }
}

/** A masked client text frame; the mask is zero, which a server must accept and which costs nothing here. */
export function clientFrame(text) {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length])
      : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}
