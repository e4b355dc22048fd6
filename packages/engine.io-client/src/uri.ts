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

/**
 * Splits a URI into its parts. Unlike `URL` it takes what people write in configurations: the protocol may be missing.
 *
 * @example
 * parse("localhost:3000/a?b=c").port; // "3000"
 */
export function parse(source: string): ParsedUri {
  const [, protocol = "", ipv6, name = "", port = "", path = "", query = "", anchor = ""] = URI.exec(
    source,
  ) as RegExpExecArray;
  return { source, protocol, host: ipv6 ?? name, port, path, query, anchor, queryKey: decodeQuery(query) };
}

// Not URLSearchParams: it takes "+" for a space, which tokens put into URLs by hand contain, and React Native has half of it.

export const encodeQuery = (query: Record<string, unknown>): string =>
  Object.keys(query)
    .map((key) => `${encodeURIComponent(key)}=${encodeURIComponent(query[key] as string)}`)
    .join("&");

export const decodeQuery = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/([^&=]+)=?([^&]*)/g)].map((pair) => pair.slice(1).map(decode)));

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
