import { createPacketDecoderStream, createPacketEncoderStream, type Packet } from "engine.io-parser";
import { deferred } from "./deferred.js";

type Bytes = TransformStream<Uint8Array, Uint8Array>;

/** As much of `WebTransport` as a browser would show to a transport, with the far end of its stream in the same process. */
export class FakeWebTransport {
  static last: FakeWebTransport;
  readonly ready: Promise<void> = Promise.resolve();
  readonly closed: Promise<void>;
  /** What the server reads, and where it writes. */
  readonly received: ReadableStreamDefaultReader<Packet>;
  readonly sender: WritableStreamDefaultWriter<Packet>;
  /** Ends the session from the far end, with an error if there is one. */
  readonly end: (err?: Error) => void;
  readonly #up: Bytes = new TransformStream();
  readonly #down: Bytes = new TransformStream();

  constructor(
    readonly url: string,
    readonly options?: object,
  ) {
    FakeWebTransport.last = this;
    const over = deferred<Error | undefined>();
    this.closed = over.promise.then((err) => {
      if (err) throw err;
    });
    this.end = over.resolve;
    const decoder = createPacketDecoderStream(1e6) as unknown as ReadableWritablePair<Packet, Uint8Array>;
    this.received = this.#up.readable.pipeThrough(decoder).getReader();
    const encoder = createPacketEncoderStream();
    void encoder.readable.pipeTo(this.#down.writable).catch(() => {});
    this.sender = encoder.writable.getWriter();
  }

  async createBidirectionalStream(): Promise<object> {
    return { readable: this.#down.readable, writable: this.#up.writable };
  }

  close(): void {
    this.end();
  }
}
