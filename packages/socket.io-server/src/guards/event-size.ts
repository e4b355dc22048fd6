/** About how many bytes the arguments of an event took on the wire; functions take none. */
export function eventSize(args: readonly unknown[]): number {
  const left: unknown[] = [...args];
  let size = 0;
  while (left.length) {
    const value = left.pop();
    if (typeof value === "string") size += Buffer.byteLength(value);
    else if (typeof value === "object" && value !== null) {
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
        size += value.byteLength;
      } else if (Array.isArray(value)) {
        size += value.length;
        for (const item of value) left.push(item);
      } else {
        for (const [key, item] of Object.entries(value)) {
          size += Buffer.byteLength(key) + 4;
          left.push(item);
        }
      }
    } else if (typeof value !== "function") {
      size += String(value).length;
    }
  }
  return size;
}
