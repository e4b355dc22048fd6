import type { Duplex } from "node:stream";
import type { Batch, Peer, PeerOwner, RawData } from "../../core/contract.js";
import { TransportError } from "../../core/errors.js";
import { type ClosingEvent, type ClosingState, nextClosingState } from "./closing-state.js";
import { FrameReader, type FrameSink } from "./frame-reader.js";
import { frameBatch, frameClose, frameData, framePong } from "./frames.js";

/** How long, in milliseconds, a client may take to end its side once the WebSocket is closed. */
const LINGER = 30_000;
const TOO_BIG = 1009;
const ABNORMAL = 1006;

const kPeer = Symbol("peer");
type Owned = Duplex & { [kPeer]: SocketPeer };

/** The server's end of a WebSocket without extensions, spoken on the raw socket (RFC 6455). */
export class SocketPeer implements Peer, FrameSink {
  readonly remoteAddress: string;
  readonly #socket: Duplex;
  readonly #reader: FrameReader;
  #owner: PeerOwner | undefined;
  #state: ClosingState = "open";
  #linger: NodeJS.Timeout | undefined;
  /** The answer to the last ping, while an earlier one waits to be written: it stands for all in between. */
  #nextPong: Buffer | undefined;
  #ponging = false;
  /** The answer to the request, until something is written. */
  #answer: Buffer | undefined;

  /**
   * @param head - what came behind the request
   * @param answer - what the client is to read first; it leaves together with the first batch, or with `begin`
   * @param maxPayload - how many bytes a message may have
   */
  constructor(socket: Duplex, head: Buffer, answer: Buffer, remoteAddress: string, maxPayload: number) {
    this.remoteAddress = remoteAddress;
    this.#answer = answer;
    this.#socket = socket;
    this.#reader = new FrameReader(this, maxPayload);
    (socket as Owned)[kPeer] = this;
    if (head.length > 0) socket.unshift(head);
    socket.on("close", onClose);
    socket.on("error", onError);
  }

  get bufferedAmount(): number {
    return this.#socket.writableLength;
  }

  start(owner: PeerOwner): void {
    this.#owner = owner;
    this.#socket.on("data", onData);
    this.#socket.on("end", onEnd);
  }

  send(data: RawData, _compress: boolean, last: boolean): void {
    if (this.#state === "open") this.#write(frameData(data), last ? this.#drained : undefined);
  }

  sendBatch(batch: Batch): boolean {
    if (this.#state === "open") this.#write(frameBatch(batch), this.#drained);
    return true;
  }

  /** Answers the request, unless that has been done with what was written. */
  begin(): void {
    if (this.#answer) this.#write([]);
  }

  close(code?: number, reason?: string): void {
    if (!this.#step("close")) return;
    this.#write([frameClose(code, reason)]);
    // Should the client not answer.
    this.#startLinger();
  }

  text(code: number, rest: string): void {
    this.#owner?.text(code, rest);
  }

  binary(data: Buffer): void {
    this.#owner?.binary(data);
  }

  ping(payload: Buffer): void {
    if (this.#state !== "open") return;
    if (this.#ponging) {
      this.#nextPong = framePong(payload);
      return;
    }
    this.#ponging = true;
    this.#write([framePong(payload)], () => this.#ponged());
  }

  closing(code: number, reason: string): void {
    // The answer to a close frame of ours needs none.
    const wasOpen = this.#state === "open";
    if (!this.#step("answered")) return;
    if (wasOpen) this.#write([frameClose(code === 1005 ? undefined : code)]);
    this.#end();
    this.#owner?.closed(code, reason);
  }

  broken(closeCode: number, message: string): void {
    if (this.#step("close")) this.#write([frameClose(closeCode)]);
    this.#end();
    const code = closeCode === TOO_BIG ? "ERR_PAYLOAD_TOO_LARGE" : "ERR_WEBSOCKET";
    this.#owner?.failed(new TransportError(code, message));
  }

  received(chunk: Buffer): void {
    this.#reader.add(chunk);
  }

  /** The client has ended its side. */
  halfClosed(): void {
    this.#end();
    this.#gone();
  }

  /** The connection is no more. */
  gone(): void {
    clearTimeout(this.#linger);
    this.#gone();
  }

  /** `written` is called once all of it was. */
  #write(chunks: Uint8Array[], written?: (error?: Error | null) => void): void {
    const socket = this.#socket;
    if (this.#answer) {
      // One buffer: cheaper than two writes, and than one of two parts.
      const first = Buffer.concat([this.#answer, ...chunks]);
      this.#answer = undefined;
      socket.write(first, written);
      return;
    }
    const last = chunks.length - 1;
    if (last === 0) {
      socket.write(chunks[0], written);
      return;
    }
    socket.cork();
    for (let i = 0; i < last; i++) socket.write(chunks[i]);
    socket.write(chunks[last], written);
    socket.uncork();
  }

  #gone(): void {
    if (this.#step("ended")) this.#owner?.closed(ABNORMAL, "");
  }

  /** Ends our side; what the client still sends is read and dropped, so that it gets to see the close frame. */
  #end(): void {
    this.#socket.end();
    this.#startLinger();
  }

  #startLinger(): void {
    this.#linger ??= setTimeout(() => this.#socket.destroy(), LINGER);
  }

  #ponged(): void {
    this.#ponging = false;
    const next = this.#nextPong;
    this.#nextPong = undefined;
    if (!next || this.#state !== "open") return;
    this.#ponging = true;
    this.#write([next], () => this.#ponged());
  }

  #step(event: ClosingEvent): boolean {
    const before = this.#state;
    this.#state = nextClosingState(before, event);
    return this.#state !== before;
  }

  readonly #drained = (error?: Error | null): void => {
    if (!error) this.#owner?.drained();
  };
}

// Shared functions that find their peer, instead of closures for each connection.

function onData(this: Duplex, chunk: Buffer): void {
  (this as Owned)[kPeer].received(chunk);
}

function onEnd(this: Duplex): void {
  (this as Owned)[kPeer].halfClosed();
}

function onClose(this: Duplex): void {
  (this as Owned)[kPeer].gone();
}

/** `close` follows, and says it all. */
function onError(): void {}
