import type { Query } from "./contract.js";

const PROTOCOL_KEYS = new Set(["EIO", "transport", "sid"]);

/**
 * The query of a URL, without prototype. Of a key given several times the last value counts, except for the keys of the protocol:
 * their values are joined by a comma, which no valid value contains, so that the request is refused.
 */
export function parseQuery(url: string | undefined): Query {
  const query: Query = Object.create(null);
  const start = url?.indexOf("?") ?? -1;
  if (url === undefined || start < 0) return query;
  for (const [key, value] of new URLSearchParams(url.slice(start + 1))) {
    const earlier = query[key];
    query[key] = earlier !== undefined && PROTOCOL_KEYS.has(key) ? `${earlier},${value}` : value;
  }
  return query;
}
