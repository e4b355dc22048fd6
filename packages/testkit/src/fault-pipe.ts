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

/** What is done to one chunk, beside the faults of its direction. */
export interface ChunkFaults {
  /** Milliseconds it is held back, and with it what comes behind. */
  delay?: number;
  /** It goes on in pieces of this many bytes. */
  chunk?: number;
  /** Offsets in the chunk at which it is cut. */
  splitAt?: number[];
  /** This many bytes of it go on, then the connection is reset. */
  resetAfter?: number;
}

export interface FaultPipeOptions {
  from: Socket;
  to: Socket;
  faults(): DirectionFaults;
  /** Sees each chunk before it is sent on. */
  inspect(bytes: Buffer): ChunkFaults | undefined;
  onForward(bytes: number): void;
  /** A limit was reached: the connection is to be reset. */
  onLimit(): void;
}

interface Piece {
  bytes: Buffer;
  due: number;
  /** Whether the connection is reset behind it. */
  isLast?: boolean;
}

// While stalled the sender is not read from, but what was already on its way is held here.
const HELD = 64 * 1024;

/** One direction of one proxied connection. */
export class FaultPipe {
  readonly #options: FaultPipeOptions;
  readonly #pieces: Piece[] = [];
  #received = 0;
  #forwarded = 0;
  #held = 0;
  #ended = false;
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(options: FaultPipeOptions) {
    this.#options = options;
    const { from, to } = options;
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
    const { from, to } = this.#options;
    if (to.destroyed || to.writableNeedDrain) return;
    if (this.#options.faults().stall) {
      from.pause();
      return;
    }
    const [piece] = this.#pieces;
    if (piece === undefined) {
      from.resume();
      if (this.#ended) to.end();
      return;
    }
    const wait = piece.due - performance.now();
    if (wait > 0) this.#timer = setTimeout(() => this.pump(), Math.ceil(wait));
    else this.#forward(piece);
  }

  #accept(bytes: Buffer): void {
    const { from, faults, inspect } = this.#options;
    const own = inspect(bytes) ?? {};
    const { resetAfter, delay = 0 } = own;
    const due = performance.now() + (faults().delay ?? 0) + delay;
    for (const part of this.#split(bytes.subarray(0, resetAfter), own))
      this.#pieces.push({ bytes: part, due });
    if (resetAfter !== undefined) this.#pieces.push({ bytes: Buffer.alloc(0), due, isLast: true });
    this.#received += bytes.length;
    this.#held += bytes.length;
    if (this.#held > HELD) from.pause();
    if (this.#timer === undefined) this.pump();
  }

  #split(bytes: Buffer, own: ChunkFaults): Buffer[] {
    const { chunk = Number.POSITIVE_INFINITY, splitAt = [] } = this.#options.faults();
    const longest = Math.min(chunk, own.chunk ?? chunk);
    const places = [...splitAt, ...(own.splitAt ?? []).map((at) => at + this.#received)];
    const parts: Buffer[] = [];
    for (let start = 0; start < bytes.length; ) {
      const offset = this.#received + start;
      const cut = places
        .filter((at) => at > offset)
        .reduce((least, at) => Math.min(least, at - offset), longest);
      const end = Math.min(bytes.length, start + cut);
      parts.push(bytes.subarray(start, end));
      start = end;
    }
    return parts;
  }

  #forward(piece: Piece): void {
    const { to, faults, onForward, onLimit } = this.#options;
    this.#pieces.shift();
    this.#held -= piece.bytes.length;
    const room = (faults().resetAfter ?? Number.POSITIVE_INFINITY) - this.#forwarded;
    const bytes = piece.bytes.subarray(0, Math.max(0, room));
    this.#forwarded += bytes.length;
    onForward(bytes.length);
    if (room <= piece.bytes.length || piece.isLast) {
      to.write(bytes, onLimit);
      return;
    }
    to.write(bytes);
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
