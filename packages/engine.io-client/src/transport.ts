import { decodePacket, type Packet, type RawData } from "engine.io-parser";
import { Emitter } from "typed-emitter";
import type { TransportOptions, TransportSocket } from "./contract.js";
import { guard, nextTick } from "./timers.js";
import { TransportError } from "./transport-error.js";
import { requestUri } from "./uri.js";

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
export abstract class Transport extends Emitter<
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

  /** How many of the packets, at least one, it can send at once to a server that takes `maxPayload` bytes. All by default. */
  declare countFitting?: (packets: readonly Packet[], maxPayload: number | undefined) => number;

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
    // What a listener throws disturbs neither the transport nor the packets behind.
    guard(() => this.emitReserved("packet", packet));
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
    return requestUri(schema, this.opts, query);
  }

  /** The address of a request, over TLS if the connection is. `stamp` makes it unlike any other. */
  protected uri(schema: string, stamp: boolean | undefined): string {
    const query: Record<string, unknown> = { ...this.query };
    if (!this.supportsBinary) query.b64 = 1;
    return requestUri(this.opts.secure ? `${schema}s` : schema, this.opts, query, stamp);
  }
}
