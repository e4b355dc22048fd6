import type { PacketType } from "engine.io-parser";
import type { TransportError } from "./errors.js";
import type { RawData } from "./packet.js";
import type { Batch } from "./prepared-message.js";

export type { Packet, RawData, SendOptions } from "./packet.js";
export type { Batch } from "./prepared-message.js";

export type TransportName = "polling" | "websocket" | "webtransport";

export type Headers = Record<string, string | string[] | number>;

/** The query of a request, without prototype. */
export type Query = Record<string, string>;

/** What the engine reads of a runtime's request. Node's `IncomingMessage` is one, once `_query` is set. */
export interface EngineRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Record<string, string | string[] | undefined>;
  _query: Query;
}

export type HttpBody = string | Uint8Array;

export interface HttpResponse {
  status: number;
  headers: Headers;
  body: HttpBody;
  /** Whether the host may compress the body. */
  compress?: boolean;
}

/** Who takes care of an exchange; told of at most one of these, and only while the exchange is unanswered. */
export interface ExchangeOwner {
  body(exchange: HttpExchange, body: HttpBody): void;
  bodyTooLarge(exchange: HttpExchange): void;
  /** The client went away. */
  aborted(exchange: HttpExchange): void;
}

/** One HTTP request and the response it waits for. */
export interface HttpExchange<Request extends EngineRequest = EngineRequest> {
  readonly request: Request;
  readonly remoteAddress: string;
  /** Whether an answer can still be given: there was none, and the client is there. */
  readonly isOpen: boolean;
  /** Bytes of the answer that the client may not have read, where the host can tell. */
  readonly bufferedAmount?: number;
  owner: ExchangeOwner | undefined;
  /** Reads the request body, no further than `limit` bytes: `text` is UTF-8. */
  readBody(limit: number, as: "text" | "bytes"): void;
  /** Answers, and lets go of the owner. */
  respond(response: HttpResponse): void;
  /** Cuts the connection instead of answering. */
  abort(): void;
}

/** Who a peer reports to. */
export interface PeerOwner {
  /** A text message: the code of its first character (`NaN` for the empty message) and the rest. */
  text(code: number, rest: string): void;
  binary(data: Uint8Array): void;
  /** Everything sent has been written out. */
  drained(): void;
  failed(error: TransportError): void;
  closed(code: number, reason: string): void;
}

/** A WebSocket, as a runtime gives it. */
export interface Peer {
  readonly remoteAddress: string;
  /** Bytes accepted and not yet written out. */
  readonly bufferedAmount: number;
  start(owner: PeerOwner): void;
  /** Sends one message; `last` asks for `drained`. */
  send(data: RawData, compress: boolean, last: boolean): void;
  /** Frames and writes a whole batch at once, then reports `drained`. `false` when that is not possible now. */
  sendBatch?(batch: Batch): boolean;
  close(code?: number, reason?: string): void;
}

/** Who a transport reports to: direct calls, no events. */
export interface TransportSink {
  packet(type: PacketType, data: RawData | undefined): void;
  /** The last batch was handed over. */
  sent(): void;
  /** The next batch is welcome. */
  ready(): void;
  error(error: TransportError): void;
  closed(details?: unknown): void;
}

/** What runs the callbacks of the engine: the runtime's "after the current operation". */
export type Defer = (callback: () => void) => void;
