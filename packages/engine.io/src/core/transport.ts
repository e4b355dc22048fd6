import type { Batch, TransportName, TransportSink } from "./contract.js";

/** Hears nothing: the sink of a transport that its session has left, so that whatever comes late is dropped. */
const NOBODY: TransportSink = {
  packet() {},
  sent() {},
  ready() {},
  error() {},
  closed() {},
};

/**
 * One way of carrying packets. It is given batches, one at a time, and reports to the sink of its session by direct calls.
 *
 * A session looks at `name` and `writable`; the rest is between it and the transport.
 */
export abstract class Transport {
  abstract readonly name: TransportName;
  /** The revision of the protocol. */
  readonly protocol: number;
  /** The id of the session. */
  readonly sid: string;
  /** Set by the session between the first write of a tick and its flush. */
  reserved = false;
  protected sink: TransportSink = NOBODY;
  /** Whether a batch can be sent. */
  idle = false;
  /** Bytes of earlier batches that the client has not read though it asks for more. */
  backlog = 0;

  constructor(protocol: number, sid: string) {
    this.protocol = protocol;
    this.sid = sid;
  }

  /** Whether a message written now would go out with the next flush, with nothing before it. */
  get writable(): boolean {
    return this.idle && !this.reserved;
  }

  /** Bytes handed over and not yet written out, where the transport can tell. */
  get bufferedAmount(): number {
    return 0;
  }

  start(sink: TransportSink): void {
    this.sink = sink;
  }

  /** The session hears no more of this transport. */
  detach(): void {
    this.sink = NOBODY;
    this.idle = false;
  }

  /** Whether there is still somebody to report to. */
  protected get attached(): boolean {
    return this.sink !== NOBODY;
  }

  /** Sends packets in one write. Only while `idle`. */
  abstract send(batch: Batch): void;
  /** Lets go of a poll that waits for packets; nothing to do for other transports. */
  release(): void {}
  /** Closes in good order, and reports `closed`. */
  abstract close(): void;
  /** Lets go at once, since the session is over. Nothing is reported. The client is told `code` and `reason` where there is a way. */
  abstract terminate(code?: number, reason?: string): void;
  /** Lets go at once, since the session has moved to another transport. Nothing is reported. */
  abstract discard(): void;
}
