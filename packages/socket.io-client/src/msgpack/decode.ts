const utf8 = new TextDecoder();

/**
 * The value of one MessagePack message; the reverse of `encode`. Binary data comes as `ArrayBuffer`.
 *
 * @throws when the message is cut short, has a remainder, or uses a code that MessagePack does not
 */
export function decode(message: Uint8Array): unknown {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;

  /** Moves on by `size` bytes; returns where they start. */
  const skip = (size: number) => {
    const start = at;
    at += size;
    if (at > view.byteLength) throw new RangeError("message too short");
    return start;
  };
  /** An unsigned number of one, two or four bytes. */
  const unsigned = (power: number): number => {
    const start = skip(1 << power);
    return power === 0 ? view.getUint8(start) : power === 1 ? view.getUint16(start) : view.getUint32(start);
  };
  const binary = (size: number) => {
    const start = message.byteOffset + skip(size);
    return message.buffer.slice(start, start + size);
  };
  const string = (size: number) => {
    const start = skip(size);
    return utf8.decode(message.subarray(start, start + size));
  };
  const array = (count: number) => {
    const items: unknown[] = [];
    while (items.length < count) items.push(read());
    return items;
  };
  // fromEntries makes "__proto__" a property like any other.
  const map = (count: number) => {
    const entries: [string, unknown][] = [];
    while (entries.length < count) entries.push([read() as string, read()]);
    return Object.fromEntries(entries);
  };
  const wide = (high: number) => high * 2 ** 32 + unsigned(2);
  const extension = (size: number) => {
    const type = view.getInt8(skip(1));
    if (type === 0 && size === 8) return new Date(wide(view.getInt32(skip(4))));
    const data = binary(size);
    return type === 0 && size === 1 ? undefined : [type, data];
  };

  const read = (): unknown => {
    const code = unsigned(0);
    if (code < 0x80) return code;
    if (code < 0x90) return map(code & 15);
    if (code < 0xa0) return array(code & 15);
    if (code < 0xc0) return string(code & 31);
    if (code >= 0xe0) return code - 256;
    switch (code) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xca:
        return view.getFloat32(skip(4));
      case 0xcb:
        return view.getFloat64(skip(8));
      case 0xcf:
        return wide(unsigned(2));
      case 0xd0:
        return view.getInt8(skip(1));
      case 0xd1:
        return view.getInt16(skip(2));
      case 0xd2:
        return view.getInt32(skip(4));
      case 0xd3:
        return wide(view.getInt32(skip(4)));
    }
    if (code >= 0xde) return map(unsigned(code - 0xdd));
    if (code >= 0xdc) return array(unsigned(code - 0xdb));
    if (code >= 0xd9) return string(unsigned(code - 0xd9));
    if (code >= 0xd4) return extension(1 << (code - 0xd4));
    if (code >= 0xcc) return unsigned(code - 0xcc);
    if (code >= 0xc7) return extension(unsigned(code - 0xc7));
    if (code >= 0xc4) return binary(unsigned(code - 0xc4));
    throw new RangeError(`unknown code ${code}`);
  };

  const value = read();
  if (at < view.byteLength) throw new RangeError("message too long");
  return value;
}
