import type { Attachment } from "./packet.js";

interface Node {
  [key: string]: unknown;
}

// Whatever is deeper is left to JSON.stringify, which names a cycle; a stack overflow would not.
const SUSPICIOUS_DEPTH = 500;

const hasBlob = typeof Blob === "function";

export const isBinary = (value: unknown): value is Attachment =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer || (hasBlob && value instanceof Blob);

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

/** Whether a tree has to be searched for binary data while it is made JSON: it has some, or nobody knows before. */
export function mayHoldBinary(value: unknown, depth = 0): boolean {
  if (!isNode(value)) return false;
  if (Array.isArray(value)) {
    if (depth > SUSPICIOUS_DEPTH) return true;
    for (const child of value) if (mayHoldBinary(child, depth + 1)) return true;
    return false;
  }
  if (depth > SUSPICIOUS_DEPTH || isBinary(value)) return true;
  if (typeof value.toJSON === "function") return !(value instanceof Date);
  for (const key in value) if (mayHoldBinary(value[key], depth + 1)) return true;
  return false;
}

/**
 * Puts the attachments where their placeholders are, in a tree that came from JSON. Takes no stack, whatever the depth.
 * Returns whether every placeholder had its attachment.
 */
export function restore(tree: unknown, attachments: readonly unknown[]): boolean {
  const pending = [tree as Node];
  for (const node of pending) {
    for (const key of Object.keys(node)) {
      const child = node[key];
      if (!isNode(child)) continue;
      if (child._placeholder === true) {
        const { num } = child;
        // A name such as "splice" is in an array as well.
        if (typeof num !== "number" || !(num in attachments)) return false;
        node[key] = attachments[num];
      } else pending.push(child);
    }
  }
  return true;
}
