import { encodeFrames, type Packet } from "engine.io-parser";
import type { Batch, RawData } from "../core/contract.js";
import { TransportError } from "../core/errors.js";
import { surface } from "../core/surface.js";
import { Transport } from "../core/transport.js";
import type { WebTransportStreams } from "../core/webtransport-handshake.js";
import { endSession, type WebTransportSession } from "../core/webtransport-session.js";

// Milliseconds.
/** How long what was written may take to be handed over once the transport closes. */
const FLUSH_TIMEOUT = 30_000;
/** How long the client then has to end its side, which it does when it has read everything. */
const FAREWELL = 3_000;
/** How soon after its stream a session that broke says so. */
const GRACE = 100;

const CLOSE = encodeFrames([{ type: "close" }]);

/** WebTransport (HTTP/3): length-prefixed packets over one bidirectional stream. */
export class WebTransport extends Transport {
  readonly name = "webtransport";
  readonly #session: WebTransportSession;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  /** `leaving`: the stream ends behind what was written; `over`: the session has ended or was told to. */
  #state: "open" | "leaving" | "over" = "open";
  #unwritten = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(sid: string, { session, packets, writable }: WebTransportStreams) {
    super(4, sid);
    this.#session = session;
    this.#writer = writable.getWriter();
    this.idle = true;
    session.closed.then(this.#over, this.#over);
    this.#read(packets).then(this.#readAll, this.#failed);
  }

  send(batch: Batch): void {
    this.idle = false;
    const bytes = framesOf(batch);
    this.#unwritten = bytes.length;
    // The promise settles once the stream has taken the bytes, which is when flow control lets it.
    this.#writer.write(bytes).then(this.#written, this.#failed);
  }

  override get bufferedAmount(): number {
    return this.#unwritten;
  }

  close(): void {
    this.#leave();
    this.sink.closed();
  }

  terminate(code?: number, reason?: string): void {
    this.detach();
    if (code === undefined) this.#leave();
    else this.#end(code, reason);
  }

  discard(): void {
    this.detach();
    this.#end();
  }

  async #read(packets: ReadableStreamDefaultReader<Packet>): Promise<void> {
    for (;;) {
      const { done, value } = await packets.read();
      if (done) return;
      surface(() => this.#receive(value.type, value.data as RawData | undefined));
    }
  }

  #receive(type: Packet["type"], data: RawData | undefined): void {
    if (type === "close") this.sink.closed();
    else this.sink.packet(type, type === "message" ? (data ?? "") : data);
  }

  /** The client has ended its side: it is gone, or it has read everything after `#leave`. */
  readonly #readAll = (): void => {
    surface(() => this.sink.closed());
    this.#end();
  };

  readonly #written = (): void => {
    this.#unwritten = 0;
    if (!this.attached) return;
    surface(() => this.sink.sent());
    if (!this.attached) return;
    this.idle = true;
    surface(() => this.sink.ready());
  };

  /** The stream broke. Where its session did, that is what is reported. */
  readonly #failed = (error: unknown): void => {
    this.idle = false;
    if (this.#state === "leaving") this.#end();
    if (this.#state === "over" || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#end();
      this.sink.error(new TransportError("ERR_WEBTRANSPORT", "webtransport error", error));
    }, GRACE);
  };

  readonly #over = (details: unknown): void => {
    this.#state = "over";
    clearTimeout(this.#timer);
    surface(() => this.sink.closed(details));
  };

  /** Ends the stream behind what was written: to end the session would drop what the client has not received. */
  #leave(): void {
    if (this.#state !== "open") return;
    this.#state = "leaving";
    clearTimeout(this.#timer);
    const end = (): void => this.#end();
    this.#timer = setTimeout(end, FLUSH_TIMEOUT);
    // Not every runtime tells the client that the stream has ended.
    this.#writer.write(CLOSE).catch(() => {});
    this.#writer.close().then(() => {
      if (this.#state !== "leaving") return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(end, FAREWELL);
    }, end);
  }

  #end(code?: number, reason?: string): void {
    this.#state = "over";
    clearTimeout(this.#timer);
    endSession(this.#session, code, reason);
  }
}

/** The frames of a batch, in one piece. */
function framesOf(batch: Batch): Uint8Array {
  const chunks = batch.map((item) =>
    item.type === "prepared" ? item.frames(frameMessages) : encodeFrames([item as Packet]),
  );
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  const target = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    target.set(chunk, offset);
    offset += chunk.length;
  }
  return target;
}

function frameMessages(parts: readonly RawData[]): Uint8Array {
  return encodeFrames(parts.map((data) => ({ type: "message", data })));
}
