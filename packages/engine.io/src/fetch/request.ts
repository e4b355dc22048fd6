import type { EngineRequest, Query } from "../core/contract.js";
import { parseQuery } from "../core/query.js";

/** A `Request`, in the shape that requests have on Node.js. */
export class FetchRequest implements EngineRequest {
  /** The request as the runtime gave it. */
  readonly raw: Request;
  /** Path and query. */
  readonly url: string;
  /** What is known of the connection. */
  readonly socket: { readonly remoteAddress: string; readonly encrypted: boolean };
  _query: Query;
  #headers: Record<string, string> | undefined;

  constructor(raw: Request, remoteAddress: string) {
    this.raw = raw;
    this.url = pathOf(raw.url);
    this.socket = { remoteAddress, encrypted: raw.url.startsWith("https:") };
    this._query = parseQuery(this.url);
  }

  get method(): string {
    return this.raw.method;
  }

  /** By name in lower case. */
  get headers(): Record<string, string | undefined> {
    this.#headers ??= Object.fromEntries(this.raw.headers);
    return this.#headers;
  }
}

/** Path and query of an absolute URL, unchanged. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  return start < 0 ? "/" : url.slice(start);
}
