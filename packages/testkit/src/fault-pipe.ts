import type { Socket } from "node:net";

export type Direction = "toServer" | "toClient";

/** What one direction does to its bytes. All of it keeps their order. */
export interface DirectionFaults {
  /** Milliseconds each piece is held back. @default 0 */
  delay?: number;
  /** Bytes go on in pieces of this many, each in a write of its own. */
  chunk?: number;
  /** Offsets in the connection's byte stream at which it is cut into separate writes. */
  splitAt?: number[];
  /** Nothing goes on, and nothing more is read, until this is taken away. */
  stall?: boolean;
  /** Once this many bytes of a connection went on, the connection is reset. */
  resetAfter?: number;
}

interface Piece {
  bytes: Buffer;
  due: number;
}

// While stalled the sender is not read from, but what was already on its way is held here.
const HELD = 64 * 1024;

/** One direction of one proxied connection. */
export class FaultPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #faults: () => DirectionFaults;
  readonly #onForward: (bytes: number) => void;
  readonly #onLimit: () => void;
  readonly #pieces: Piece[] = [];
  #received = 0;
  #forwarded = 0;
  #held = 0;
  #ended = false;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(
    from: Socket,
    to: Socket,
    faults: () => DirectionFaults,
    onForward: (bytes: number) => void,
    onLimit: () => void,
  ) {
    this.#from = from;
    this.#to = to;
    this.#faults = faults;
    this.#onForward = onForward;
    this.#onLimit = onLimit;
    from.on("data", (bytes: Buffer) => this.#accept(bytes));
    from.on("end", () => {
      this.#ended = true;
      this.pump();
    });
    from.on("close", () => this.#cancel());
    to.on("drain", () => this.pump());
  }

  /** Moves on what may move; called again whenever the faults change. */
  pump(): void {
    this.#cancel();
    if (this.#to.destroyed || this.#to.writableNeedDrain) return;
    if (this.#faults().stall) {
      this.#from.pause();
      return;
    }
    const [piece] = this.#pieces;
    if (piece === undefined) {
      this.#from.resume();
      if (this.#ended) this.#to.end();
      return;
    }
    const wait = piece.due - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.pump(), Math.ceil(wait));
    else this.#forward(piece);
  }

  #accept(bytes: Buffer): void {
    const { delay = 0 } = this.#faults();
    const due = performance.now() + delay;
    for (const part of this.#split(bytes)) this.#pieces.push({ bytes: part, due });
    this.#received += bytes.length;
    this.#held += bytes.length;
    if (this.#held > HELD) this.#from.pause();
    if (this.#timer === undefined) this.pump();
  }

  #split(bytes: Buffer): Buffer[] {
    const { chunk = Number.POSITIVE_INFINITY, splitAt = [] } = this.#faults();
    const parts: Buffer[] = [];
    for (let start = 0; start < bytes.length; ) {
      const offset = this.#received + start;
      const cut = splitAt
        .filter((at) => at > offset)
        .reduce((least, at) => Math.min(least, at - offset), chunk);
      const end = Math.min(bytes.length, start + cut);
      parts.push(bytes.subarray(start, end));
      start = end;
    }
    return parts;
  }

  #forward(piece: Piece): void {
    this.#pieces.shift();
    this.#held -= piece.bytes.length;
    const room = (this.#faults().resetAfter ?? Number.POSITIVE_INFINITY) - this.#forwarded;
    const bytes = piece.bytes.subarray(0, Math.max(0, room));
    this.#forwarded += bytes.length;
    this.#onForward(bytes.length);
    if (room <= piece.bytes.length) {
      this.#to.write(bytes, () => this.#onLimit());
      return;
    }
    this.#to.write(bytes);
    // a turn of the event loop between two writes, so that the pieces leave as separate segments
    if (this.#pieces.length > 0) this.#timer = setImmediate(() => this.pump());
    else this.pump();
  }

  #cancel(): void {
    clearTimeout(this.#timer as NodeJS.Timeout);
    clearImmediate(this.#timer as NodeJS.Immediate);
    this.#timer = undefined;
  }
}
