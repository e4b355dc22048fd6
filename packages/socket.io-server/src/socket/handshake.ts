import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { ParsedUrlQuery } from "node:querystring";

/** How a socket came in. */
export interface Handshake {
  /** The headers of the request that opened the connection. */
  headers: IncomingHttpHeaders;
  /** When the socket was created, as a human-readable date. */
  time: string;
  /** The address of the client. */
  address: string;
  /** Whether the request came from another origin. */
  xdomain: boolean;
  /** Whether the connection is encrypted. */
  secure: boolean;
  /** When the socket was created, in milliseconds since the epoch. */
  issued: number;
  /** The URL of the request. */
  url: string;
  /** The query of the request. */
  query: ParsedUrlQuery;
  /** What the client gave as `auth`. */
  auth: {
    // biome-ignore lint/suspicious/noExplicitAny: reason: its shape is the application's, and published so
    [key: string]: any;
  };
}

export function buildHandshake(
  request: IncomingMessage,
  address: string,
  auth: Record<string, unknown>,
  issued: number,
): Handshake {
  return {
    headers: request.headers,
    time: `${new Date(issued)}`,
    address,
    xdomain: Boolean(request.headers.origin),
    secure: Boolean((request.socket as { encrypted?: boolean } | undefined)?.encrypted),
    issued,
    url: request.url ?? "",
    query: (request as { _query?: ParsedUrlQuery })._query ?? {},
    auth,
  };
}
