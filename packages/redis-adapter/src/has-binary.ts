/** Whether there are bytes in a value, which JSON would not keep. */
export function hasBinary(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return true;
  if (Array.isArray(value)) return value.some(hasBinary);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") return hasBinary(toJSON.call(value));
  return Object.values(value).some(hasBinary);
}
