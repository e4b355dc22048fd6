import type { EngineRequest } from "./contract.js";
import { parseQuery } from "./query.js";

/** A bidirectional stream of a WebTransport session. */
export interface WebTransportStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/**
 * What is used of a WebTransport session on the server: the interface of the web standard, as `Deno.upgradeWebTransport()` and the
 * `@fails-components/webtransport` package give it. The client opens one bidirectional stream; all packets go over it.
 */
export interface WebTransportSession {
  /** Settles once the session is established. */
  readonly ready?: PromiseLike<unknown>;
  /** Settles when the session is over: in good order, or rejected with what broke it. */
  readonly closed: PromiseLike<unknown>;
  /** The streams that the client opens. */
  readonly incomingBidirectionalStreams: ReadableStream<WebTransportStream>;
  /** Ends the session at once. May be called again. */
  close(info?: { closeCode?: number; reason?: string }): void;
}

/** What a host knows of the HTTP/3 request that opened a session; none of it comes with the session itself. */
export interface WebTransportRequest {
  url?: string | undefined;
  headers?: Record<string, string | string[] | undefined>;
  remoteAddress?: string | undefined;
}

/** Ends a session, whatever state it is in. */
export function endSession(session: WebTransportSession, closeCode = 0, reason = ""): void {
  try {
    session.close({ closeCode, reason });
  } catch {
    // Some runtimes throw for a session that is over.
  }
}

/** The request in the shape of the others. `socket` is what applications read of a request on Node.js. */
export function toEngineRequest(known: WebTransportRequest): EngineRequest & { socket: object } {
  const { url = "", headers = {}, remoteAddress } = known;
  const query = parseQuery(url);
  query.EIO = "4";
  query.transport = "webtransport";
  return { method: "CONNECT", url, headers, _query: query, socket: { remoteAddress, encrypted: true } };
}
