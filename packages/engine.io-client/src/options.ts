import type { SocketOptions } from "./contract.js";
import { failure } from "./failure.js";
import { decodeQuery, split } from "./uri.js";

/** The options, complete. */
export type ResolvedOptions = Omit<SocketOptions, "query"> & {
  secure: boolean;
  hostname: string;
  port: string | number;
  path: string;
  query: Record<string, string>;
  timestampParam: string;
  transportOptions: { [name: string]: object | undefined };
};

const DEFAULTS = {
  path: "/engine.io",
  upgrade: true,
  timestampParam: "t",
  addTrailingSlash: true,
  transportOptions: {},
  query: {},
};

/** Completes the options from the URI, the page and the defaults. */
export function resolveOptions(uri?: string | SocketOptions | null, given?: SocketOptions): ResolvedOptions {
  const address = typeof uri === "string" ? uri : "";
  const opts: Omit<SocketOptions, "query"> & Record<string, unknown> = {
    ...((address ? given : uri || given) as object),
  };
  for (const [name, value] of Object.entries(DEFAULTS)) opts[name] ??= value;
  if (address || opts.host) {
    const [protocol, host, port, , query] = split(address || (opts.host as string));
    opts.hostname = host;
    if (address) {
      opts.secure = /[ps]s$/.test(protocol as string);
      opts.port = port;
      if (query) opts.query = query;
    }
  }
  const { query, transports } = opts;
  if (transports && !Array.isArray(transports)) {
    throw failure(`invalid value for "transports": ${transports}`, { code: "ERR_INVALID_OPTION" });
  }
  const page = globalThis.location as Location | undefined;
  const secure = opts.secure ?? page?.protocol === "https:";
  return {
    ...(opts as unknown as ResolvedOptions),
    secure,
    port: opts.port || (!opts.hostname && page?.port) || (secure ? 443 : 80),
    hostname: opts.hostname || page?.hostname || "localhost",
    path: opts.path?.replace(/\/$/, "") + (opts.addTrailingSlash ? "/" : ""),
    query: typeof query === "string" ? decodeQuery(query) : (query as Record<string, string>),
  };
}
