import { createPacketDecoderStream, createPacketEncoderStream, type Packet } from "engine.io-parser";
import { Queue } from "testkit";
import type { WebTransportSession, WebTransportStream } from "../../src/index.js";

type Pair = ReadableWritablePair<Packet, Uint8Array>;
type Bytes = TransformStream<Uint8Array, Uint8Array>;

/** The packets as bytes. */
export async function encode(packets: Packet[]): Promise<Uint8Array> {
  const encoder = createPacketEncoderStream();
  const writer = encoder.writable.getWriter();
  void Promise.all(packets.map((packet) => writer.write(packet))).then(() => writer.close());
  const chunks: Uint8Array[] = [];
  const reader = encoder.readable.getReader();
  for (let item = await reader.read(); !item.done; item = await reader.read()) chunks.push(item.value);
  return Buffer.concat(chunks);
}

export interface FakeSessionOptions {
  /** Whether `ready` settles. */
  ready?: Promise<unknown>;
  /** Whether the client ends its session once the server has ended the stream, as ours does. @default true */
  leaves?: boolean;
}

/** A WebTransport session in memory: the server's side as runtimes give it, and the client's side for the test. */
export class FakeSession implements WebTransportSession {
  readonly ready: Promise<unknown>;
  readonly closed: Promise<unknown>;
  readonly incomingBidirectionalStreams: ReadableStream<WebTransportStream>;
  /** The arguments of each `close()` of the server. */
  readonly closeCalls: unknown[] = [];
  /** How many writes the server made. */
  writes = 0;
  readonly #leaves: boolean;
  #settle!: { resolve(info: unknown): void; reject(error: unknown): void };
  #incoming!: ReadableStreamDefaultController<WebTransportStream>;
  #streams: FakeStream[] = [];
  #isOver = false;

  constructor({ ready = Promise.resolve(), leaves = true }: FakeSessionOptions = {}) {
    this.ready = ready;
    this.#leaves = leaves;
    this.closed = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.closed.catch(() => {});
    this.incomingBidirectionalStreams = new ReadableStream({
      start: (controller) => {
        this.#incoming = controller;
      },
    });
  }

  close(info?: { closeCode?: number; reason?: string }): void {
    this.closeCalls.push(info);
    this.end(info ?? {});
  }

  /** The session is over, for both sides. */
  end(info: unknown, error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const stream of this.#streams) stream.break(error ?? new Error("session closed"));
    if (error) {
      this.#incoming.error(error);
      this.#settle.reject(error);
    } else {
      this.#incoming.close();
      this.#settle.resolve(info);
    }
  }

  /** Opens a stream, as the client. */
  open(): FakeStream {
    const stream = new FakeStream(() => {
      this.writes++;
    });
    this.#streams.push(stream);
    if (!this.#isOver) this.#incoming.enqueue(stream.server);
    return stream;
  }

  /** Opens a stream with this first packet, and reads what comes. */
  start(first = "0"): FakeStream {
    const stream = this.open();
    void stream.text(first);
    stream.read().then(
      () => this.#leaves && this.end({ closeCode: 0, reason: "" }),
      () => {},
    );
    return stream;
  }
}

/** A stream, as the client has it. */
export class FakeStream {
  readonly server: WebTransportStream;
  readonly packets = new Queue<Packet>("packets from the server");
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  /** What the server writes. */
  readonly readable: ReadableStream<Uint8Array>;
  #up!: TransformStreamDefaultController;
  #down!: TransformStreamDefaultController;

  constructor(onWrite: () => void) {
    const up: Bytes = new TransformStream({
      start: (controller) => {
        this.#up = controller;
      },
    });
    const down: Bytes = new TransformStream({
      start: (controller) => {
        this.#down = controller;
      },
      transform(chunk, controller) {
        onWrite();
        controller.enqueue(chunk);
      },
    });
    this.server = { readable: up.readable, writable: down.writable };
    this.readable = down.readable;
    this.writer = up.writable.getWriter();
  }

  /** Writes bytes; what the server does not take any more is lost, as on a network. */
  async bytes(...chunks: Uint8Array[]): Promise<void> {
    for (const chunk of chunks) await this.writer.write(chunk).catch(() => {});
  }

  /** Writes a packet as text, such as "4hello". */
  async text(packet: string): Promise<void> {
    const payload = Buffer.from(packet);
    const header = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255];
    await this.bytes(Buffer.from([...header, ...payload]));
  }

  /** Reads all that the server sends; settles at its end. */
  async read(): Promise<void> {
    const reader = this.readable.pipeThrough(createPacketDecoderStream(1e9) as Pair).getReader();
    try {
      for (let item = await reader.read(); !item.done; item = await reader.read())
        this.packets.push(item.value);
    } finally {
      this.packets.end(new Error("the stream has ended"));
    }
  }

  /** Both directions fail. */
  break(error: Error): void {
    this.#up.error(error);
    this.#down.error(error);
  }

  /** Only what the client sends fails, for the server: a reset. */
  resetSending(error: Error): void {
    this.#up.error(error);
  }

  /** Only what the server sends fails, for the server: the client wants no more. */
  stopReceiving(error: Error): void {
    this.#down.error(error);
  }
}
