import { createHash, randomBytes } from "node:crypto";

/** 30 bits: two of a hundred nodes have the same id once in 200 000 clusters. The other 15 characters of a session id are 90 bits. */
export const NODE_ID_LENGTH = 5;

const PATTERN = /^[\w-]{5}$/;

/** The node that a session id names, whether it exists or not. */
export function nodeIdOf(sid: string | undefined): string | undefined {
  const id = sid?.slice(0, NODE_ID_LENGTH);
  return id !== undefined && PATTERN.test(id) ? id : undefined;
}

export function randomNodeId(): string {
  return randomBytes(4).toString("base64url").slice(0, NODE_ID_LENGTH);
}

/** The id of a node that is known by its address. */
export function hashedNodeId(address: string): string {
  return createHash("sha256").update(address).digest("base64url").slice(0, NODE_ID_LENGTH);
}
