const utf8 = new TextEncoder();
const UNDEFINED = [0xd4, 0, 0];

/**
 * A value as MessagePack, the way `notepack.io` writes it: extension type 0 stands for `undefined` and, with eight bytes, for
 * a `Date`. What has a `toJSON` method is written as what that returns. As in JSON, objects lose their functions, symbols
 * and undefined values.
 *
 * @throws TypeError for a bigint
 */
export function encode(root: unknown): Uint8Array {
  let bytes = new Uint8Array(256);
  let view = new DataView(bytes.buffer);
  let length = 0;

  /** Makes room for `size` bytes; returns where they start. */
  const reserve = (size: number) => {
    const start = length;
    length += size;
    if (length > bytes.length) {
      const larger = new Uint8Array(length * 2);
      larger.set(bytes);
      bytes = larger;
      view = new DataView(bytes.buffer);
    }
    return start;
  };
  const put = (chunk: ArrayLike<number>) => {
    const start = reserve(chunk.length);
    bytes.set(chunk, start);
  };
  /** The code for a length or number of one, two or four bytes: `code`, `code + 1`, `code + 2`. */
  const sized = (code: number, value: number) => {
    if (value < 0x100) put([code, value]);
    else if (value < 0x10000) put([code + 1, value >> 8, value & 0xff]);
    else {
      put([code + 2]);
      const start = reserve(4);
      view.setUint32(start, value);
    }
  };

  const writeNumber = (value: number) => {
    if (value >= -32 && value < 128 && Number.isInteger(value)) put([value & 0xff]);
    else if (value >= 0 && value === value >>> 0) sized(0xcc, value);
    else {
      put([0xcb]);
      const start = reserve(8);
      view.setFloat64(start, value);
    }
  };

  const writeBinary = (value: ArrayBuffer | ArrayBufferView) => {
    const chunk = ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
    sized(0xc4, chunk.length);
    put(chunk);
  };

  /** Arrays and maps have no form with one byte: `small` holds up to 15, then two bytes at least. */
  const writeCount = (small: number, code: number, count: number) => {
    if (count < 16) put([small | count]);
    else if (count < 0x100) put([code, 0, count]);
    else sized(code - 1, count);
  };

  const writeObject = (value: object) => {
    if (Array.isArray(value)) {
      writeCount(0x90, 0xdc, value.length);
      for (const item of value) write(item);
      return;
    }
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return writeBinary(value);
    if (value instanceof Date) {
      put([0xd7, 0]);
      const start = reserve(8);
      view.setInt32(start, Math.floor(value.getTime() / 2 ** 32));
      view.setUint32(start + 4, value.getTime());
      return;
    }
    if ("toJSON" in value && typeof value.toJSON === "function") return write(value.toJSON());
    const entries = Object.entries(value).filter(
      ([, item]) => item !== undefined && typeof item !== "function" && typeof item !== "symbol",
    );
    writeCount(0x80, 0xde, entries.length);
    for (const [key, item] of entries) {
      write(key);
      write(item);
    }
  };

  const write = (value: unknown): void => {
    if (typeof value === "string") {
      const chunk = utf8.encode(value);
      if (chunk.length < 32) put([0xa0 | chunk.length]);
      else sized(0xd9, chunk.length);
      put(chunk);
    } else if (typeof value === "number") writeNumber(value);
    else if (typeof value === "boolean") put([value ? 0xc3 : 0xc2]);
    else if (value === null) put([0xc0]);
    else if (typeof value === "object") writeObject(value);
    else if (typeof value === "bigint") throw new TypeError("a bigint cannot be encoded");
    else put(UNDEFINED);
  };

  write(root);
  return bytes.slice(0, length);
}
