import type { Agent } from "node:http";
import type { RequestOptions } from "node:https";
import type { TransportOptions } from "../contract.js";

const KEYS = [
  "agent",
  "pfx",
  "key",
  "passphrase",
  "cert",
  "ca",
  "ciphers",
  "rejectUnauthorized",
  "checkServerIdentity",
  "servername",
  "localAddress",
  "family",
  "lookup",
] as const;

/** What the user chose about connections, of HTTP and of WebSocket alike, for `node:https` and `node:net`. */
export function connectionOptions(opts: TransportOptions): RequestOptions & { agent?: Agent | false } {
  return pick(opts, KEYS) as ReturnType<typeof connectionOptions>;
}

/** Those of the options that are set. */
export const pick = (opts: TransportOptions, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(opts).filter(([key, value]) => keys.includes(key) && value != null));
