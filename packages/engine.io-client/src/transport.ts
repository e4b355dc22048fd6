import { decodePacket, type Packet, type RawData } from "engine.io-parser";
import { TypedEmitter } from "typed-emitter";
import type { TransportOptions, TransportSocket } from "./contract.js";
import { nextTick } from "./timers.js";
import { encodeQuery } from "./uri.js";

/** What went wrong below the protocol. */
export class TransportError extends Error {
  readonly type = "TransportError";
  readonly code = "ERR_TRANSPORT";
  declare readonly description: unknown;
  declare readonly context: unknown;

  /**
   * @param reason - the message, such as "xhr poll error" or "websocket error"
   * @param description - an HTTP status (0 when there was no answer) or the underlying error event
   * @param context - the request or response concerned, if any
   */
  constructor(reason: string, description: unknown, context: unknown) {
    super(reason);
    this.description = description;
    this.context = context;
  }
}

/** Why a connection was closed, beside the reason. */
export interface CloseDetails {
  description: string;
  context?: unknown;
}

export interface TransportReservedEvents {
  open: () => void;
  error: (err: TransportError) => void;
  packet: (packet: Packet) => void;
  close: (details?: CloseDetails) => void;
  poll: () => void;
  pollComplete: () => void;
  drain: () => void;
}

type TransportState = "opening" | "open" | "closed" | "pausing" | "paused";

/**
 * A way to carry packets. A transport of your own implements `name`, `doOpen`, `doClose` and `write`, and reports with
 * `onOpen`, `onData` or `onPacket`, `onClose` and `onError`; `write` sets `writable` to false until it can take more, then to
 * true, and emits `drain`.
 */
export abstract class Transport extends TypedEmitter<
  Record<never, never>,
  Record<never, never>,
  TransportReservedEvents
> {
  declare query: Record<string, string>;
  writable = false;
  protected readyState: TransportState = "opening";
  declare protected opts: TransportOptions;
  declare protected supportsBinary: boolean;
  declare protected socket: TransportSocket;

  constructor(opts: TransportOptions) {
    super();
    this.opts = opts;
    this.query = opts.query;
    this.socket = opts.socket;
    this.supportsBinary = !opts.forceBase64;
  }

  abstract get name(): string;
  protected abstract doOpen(): void;
  protected abstract doClose(): void;
  /** Sends one batch. */
  protected abstract write(packets: Packet[]): void;

  open(): this {
    try {
      this.doOpen();
    } catch (err) {
      // The socket may still be under construction, without listeners.
      nextTick(() => this.onError(`${this.name} error`, err));
    }
    return this;
  }

  close(): this {
    if (this.readyState !== "closed") {
      this.doClose();
      this.onClose();
    }
    return this;
  }

  /** Sends several packets. Does nothing unless the transport is open. */
  send(packets: Packet[]): void {
    if (this.readyState === "open") this.write(packets);
  }

  /**
   * Comes to rest for an upgrade, then calls `onPause`. A transport that may have packets on their way waits for them here.
   */
  pause(onPause: () => void): void {
    onPause();
  }

  /** Takes `pause` back, when the upgrade fails. */
  resume(): void {}

  protected onError(reason: string, description: unknown, context?: unknown): this {
    this.emitReserved("error", new TransportError(reason, description, context));
    return this;
  }

  protected onOpen(): void {
    this.readyState = "open";
    this.writable = true;
    this.emitReserved("open");
  }

  protected onData(data: RawData): void {
    this.onPacket(decodePacket(data, this.socket.binaryType));
  }

  protected onPacket(packet: Packet): void {
    // What a listener throws surfaces, and disturbs neither the transport nor the packets behind.
    try {
      this.emitReserved("packet", packet);
    } catch (err) {
      nextTick(() => {
        throw err;
      });
    }
  }

  protected onClose(details?: CloseDetails): void {
    this.readyState = "closed";
    this.emitReserved("close", details);
  }

  protected onDrain(): void {
    this.writable = true;
    this.emitReserved("drain");
  }

  protected createUri(schema: string, query: Record<string, unknown> = {}): string {
    const { hostname, port, path } = this.opts;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    return `${schema}://${host}:${port}${path}?${encodeQuery(query)}`;
  }

  /** The address of a request, over TLS if the connection is. `stamp` makes it unlike any other. */
  protected uri(schema: string, stamp: boolean | undefined): string {
    const query: Record<string, unknown> = { ...this.query };
    if (stamp) query[this.opts.timestampParam] = Math.random().toString(36).slice(2, 10);
    if (!this.supportsBinary) query.b64 = 1;
    return this.createUri(this.opts.secure ? `${schema}s` : schema, query);
  }
}
