import type { TransportOptions } from "./contract.js";

/** The parts of a URI, each an empty string when absent. */
export interface ParsedUri {
  /** The text that was parsed. */
  source: string;
  protocol: string;
  /** IPv6 addresses come without their brackets. */
  host: string;
  port: string;
  path: string;
  /** Without the `?`. */
  query: string;
  /** Without the `#`. */
  anchor: string;
  /** `query`, decoded. */
  queryKey: Record<string, string>;
}

const URI =
  /^(?:([\w+.-]+):\/\/)?(?:[^/?#@]*@)?(?:\[([^\]]*)]|([^:/?#]*))(?::(\d*))?([^?#]*)\??([^#]*)#?(.*)/s;

/** Protocol, host, port, path, query and anchor of a URI, each an empty string when absent. */
export function split(source: string): string[] {
  const [, protocol, ipv6, name, ...rest] = URI.exec(source) as RegExpExecArray;
  return [protocol, ipv6 ?? name, ...rest].map((part) => part ?? "");
}

/**
 * Splits a URI into its parts. Unlike `URL` it takes what people write in configurations: the protocol may be missing.
 *
 * @example
 * parse("localhost:3000/a?b=c").port; // "3000"
 */
export function parse(source: string): ParsedUri {
  const [protocol, host, port, path, query, anchor] = split(source) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return { source, protocol, host, port, path, query, anchor, queryKey: decodeQuery(query) };
}

// Not URLSearchParams: it takes "+" for a space, which tokens put into URLs by hand contain, and React Native has half of it.

export const encodeQuery = (query: Record<string, unknown>): string =>
  Object.keys(query)
    .map((key) => `${encodeURIComponent(key)}=${encodeURIComponent(query[key] as string)}`)
    .join("&");

export const decodeQuery = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/([^&=]+)=?([^&]*)/g)].map((pair) => pair.slice(1).map(decode)));

/** The address of a request. `stamp` makes it unlike any other. */
export function requestUri(
  schema: string,
  {
    hostname,
    port,
    path,
    timestampParam,
  }: Pick<TransportOptions, "hostname" | "port" | "path" | "timestampParam">,
  query: Record<string, unknown>,
  stamp?: boolean,
): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const stamped = stamp ? { ...query, [timestampParam]: Math.random().toString(36).slice(2, 10) } : query;
  return `${schema}://${host}:${port}${path}?${encodeQuery(stamped)}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
