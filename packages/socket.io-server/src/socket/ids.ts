import { randomBytes } from "node:crypto";

/** 20 URL-safe characters that cannot be guessed. */
export function generateId(): string {
  return randomBytes(15).toString("base64url");
}
