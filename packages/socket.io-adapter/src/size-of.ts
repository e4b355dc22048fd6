/** What a packet costs beside its data. */
const OVERHEAD = 128;
const SCALAR = 8;

/** About how many bytes a packet with this data takes in memory. What it refers to twice counts once. */
export function sizeOf(data: unknown): number {
  const seen = new Set<object>();
  const left: unknown[] = [data];
  let size = OVERHEAD;
  while (left.length) {
    const value = left.pop();
    if (typeof value === "string") {
      size += value.length;
    } else if (typeof value !== "object" || value === null) {
      size += SCALAR;
    } else if (!seen.has(value)) {
      seen.add(value);
      if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
        size += value.byteLength;
      } else {
        for (const [key, item] of Object.entries(value)) {
          size += key.length + SCALAR;
          left.push(item);
        }
      }
    }
  }
  return size;
}
