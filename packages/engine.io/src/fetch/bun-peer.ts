import type { Batch, Peer, PeerOwner, RawData } from "../core/contract.js";
import { TransportError } from "../core/errors.js";

/** What is used of a server of `Bun.serve`. */
export interface BunServer {
  upgrade(request: Request, options: { headers: Headers; data: BunSocketData }): boolean;
  requestIP(request: Request): { address: string } | null;
  timeout?(request: Request, seconds: number): void;
}

interface BunSocketData {
  peer: BunPeer;
}

/** What is used of a `ServerWebSocket` of Bun. */
export interface BunWebSocket {
  readonly data: BunSocketData;
  readonly remoteAddress: string;
  send(data: string | ArrayBuffer | ArrayBufferView, compress?: boolean): number;
  cork(callback: () => void): void;
  getBufferedAmount(): number;
  close(code?: number, reason?: string): void;
}

const ABNORMAL = 1006;
// What Bun says about a message above `maxPayloadLength`.
const TOO_BIG = "Received too big message";

/** A WebSocket of Bun. It is open, and has a `ws`, from `opened` on. */
export class BunPeer implements Peer {
  readonly #compressFrom: number;
  readonly #onOpen: (peer: BunPeer) => void;
  #ws: BunWebSocket | undefined;
  #owner: PeerOwner | undefined;
  /** Whether what was sent has not all been written, and `drained` is to be reported. */
  #waiting = false;

  /** @param compressFrom - the size in bytes from which a message is compressed */
  constructor(compressFrom: number, onOpen: (peer: BunPeer) => void) {
    this.#compressFrom = compressFrom;
    this.#onOpen = onOpen;
  }

  get remoteAddress(): string {
    return this.#ws?.remoteAddress ?? "";
  }

  get bufferedAmount(): number {
    return this.#ws?.getBufferedAmount() ?? 0;
  }

  start(owner: PeerOwner): void {
    this.#owner = owner;
  }

  send(data: RawData, compress: boolean, last: boolean): void {
    this.#write(data, compress);
    if (last) this.#written();
  }

  sendBatch(batch: Batch): boolean {
    // To cork costs more than it saves on one message.
    if (batch.length === 1) this.#writeAll(batch);
    else this.#ws?.cork(() => this.#writeAll(batch));
    this.#written();
    return true;
  }

  close(code?: number, reason?: string): void {
    this.#ws?.close(code, reason);
  }

  // What Bun reports.

  opened(ws: BunWebSocket): void {
    this.#ws = ws;
    this.#onOpen(this);
  }

  message(data: string | Uint8Array): void {
    if (typeof data === "string") this.#owner?.text(data.charCodeAt(0), data.slice(1));
    else this.#owner?.binary(data);
  }

  drained(): void {
    if (!this.#waiting || this.bufferedAmount > 0) return;
    this.#waiting = false;
    this.#owner?.drained();
  }

  closed(code: number, reason: string): void {
    // An error of the protocol has no event of its own.
    if (code === ABNORMAL && reason === TOO_BIG) {
      this.#owner?.failed(new TransportError("ERR_PAYLOAD_TOO_LARGE", "Max payload size exceeded"));
    } else if (code === ABNORMAL && reason) {
      this.#owner?.failed(new TransportError("ERR_WEBSOCKET", reason));
    }
    this.#owner?.closed(code, reason);
    this.#ws = undefined;
  }

  #writeAll(batch: Batch): void {
    for (const item of batch) {
      if (item.type === "prepared") {
        for (const message of item.frames(toMessages)) this.#write(message, true);
      } else {
        this.#write(toMessage(item.type, item.data), item.options?.compress !== false);
      }
    }
  }

  #write(data: RawData, compress: boolean): void {
    this.#ws?.send(data, compress && sizeOf(data) >= this.#compressFrom);
  }

  #written(): void {
    this.#waiting = true;
    this.drained();
  }
}

const DIGITS = {
  open: "0",
  close: "1",
  ping: "2",
  pong: "3",
  message: "4",
  upgrade: "5",
  noop: "6",
  error: "6",
};

function toMessage(type: keyof typeof DIGITS, data: RawData = ""): RawData {
  return typeof data === "string" ? DIGITS[type] + data : data;
}

/** The messages of a prepared one; the same function each time, by which they are made once for all connections. */
function toMessages(parts: readonly RawData[]): RawData[] {
  return parts.map((part) => toMessage("message", part));
}

// A text counts its UTF-16 code units, which is near enough for a threshold.
function sizeOf(data: RawData): number {
  return typeof data === "string" ? data.length : data.byteLength;
}
