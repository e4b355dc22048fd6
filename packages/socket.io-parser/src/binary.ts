import type { Attachment } from "./packet.js";

type Node = Record<string | number, unknown>;
interface Placeholder extends Node {
  _placeholder: true;
  num: number;
}

// At this depth a cycle is looked for, once: JSON.stringify names it, a stack overflow would not.
const SUSPICIOUS_DEPTH = 500;

const hasBlob = typeof Blob === "function";

export const isBinary = (value: unknown): value is Attachment =>
  ArrayBuffer.isView(value) || value instanceof ArrayBuffer || (hasBlob && value instanceof Blob);

// Object.hasOwn is younger than the browsers that the client supports.
const { hasOwnProperty: hasOwn } = Object.prototype;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;

/**
 * Moves the binary data of a tree to `attachments` and returns the tree with placeholders. What has no binary data in it is
 * returned as it is, nothing is copied for it; what has is copied on the way, never changed.
 */
export function extract(value: Node, attachments: Attachment[], depth: number): unknown {
  if (value.constructor !== Object && isBinary(value)) {
    return { _placeholder: true, num: attachments.push(value) - 1 } satisfies Placeholder;
  }
  if (typeof value.toJSON !== "function") return extractChildren(value, attachments, depth);
  if (value instanceof Date) return value;
  const json: unknown = value.toJSON();
  if (!isNode(json)) return value;
  const extracted = (isBinary(json) ? extract : extractChildren)(json, attachments, depth) as Node;
  if (extracted === json) return value;
  // JSON does not call the toJSON of what toJSON returned.
  if (typeof extracted.toJSON === "function") extracted.toJSON = undefined;
  return extracted;
}

function extractChildren(value: Node, attachments: Attachment[], depth: number): unknown {
  if (depth === SUSPICIOUS_DEPTH) JSON.stringify(value);
  let copy: Node | undefined;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const child: unknown = value[i];
      if (!isNode(child)) continue;
      const extracted = extract(child, attachments, depth + 1);
      if (extracted === child) continue;
      copy ??= value.slice() as unknown as Node;
      copy[i] = extracted;
    }
  } else {
    for (const key in value) {
      const child = value[key];
      if (!isNode(child) || !hasOwn.call(value, key)) continue;
      const extracted = extract(child, attachments, depth + 1);
      if (extracted === child) continue;
      copy ??= { ...value };
      copy[key] = extracted;
    }
  }
  return copy ?? value;
}

/**
 * Puts the attachments where their placeholders are, in a tree that came from JSON. Takes no stack, whatever the depth.
 * Returns whether every placeholder had its attachment.
 */
export function restore(tree: Node, attachments: readonly unknown[]): boolean {
  const pending = [tree];
  const restoreChild = (node: Node, key: string | number): boolean => {
    const child = node[key];
    if (!isNode(child)) return true;
    if (child._placeholder !== true) return pending.push(child) > 0;
    const { num } = child as Placeholder;
    node[key] = attachments[num];
    return Number.isInteger(num) && num >= 0 && num < attachments.length;
  };
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (Array.isArray(node)) {
      for (let i = 0; i < node.length; i++) if (!restoreChild(node, i)) return false;
    } else {
      for (const key in node) if (!restoreChild(node, key)) return false;
    }
  }
  return true;
}
