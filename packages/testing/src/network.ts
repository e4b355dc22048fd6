/** What carries the packets of all connections of a pair. */
export interface Network {
  /** Milliseconds that a packet takes each way, from the next one on. */
  latency: number;
  /** Breaks every connection, as when a server dies; clients may connect again. */
  cut(): void;
  /** Breaks every connection and lets no new one come up, until `up()`. */
  down(): void;
  /** Nothing arrives any longer in either direction, though nothing breaks, until `up()`: what heartbeats are for. */
  stall(): void;
  /** The end of `down()` and of `stall()`; what was stalled arrives. */
  up(): void;
}

/** One direction of one connection: keeps the order, whatever the latency does. */
export interface Lane {
  carry(deliver: () => void): void;
}

export class MemoryNetwork implements Network {
  latency: number;
  /** Counts what is sent and delivered, to see whether anything is going on. */
  activity = 0;
  #state: "up" | "down" | "stalled" = "up";
  readonly #held: (() => void)[] = [];
  readonly #breakers = new Set<() => void>();

  constructor(latency: number) {
    this.latency = latency;
  }

  get reachable(): boolean {
    return this.#state !== "down";
  }

  lane(): Lane {
    let last = 0;
    return {
      carry: (deliver) => {
        this.activity++;
        const arrive = () => {
          this.activity++;
          if (this.#state === "stalled") this.#held.push(deliver);
          else deliver();
        };
        const now = Date.now();
        last = Math.max(last, now + this.latency);
        // Even without latency nothing arrives while its sender is still running.
        if (last > now) setTimeout(arrive, last - now);
        else queueMicrotask(arrive);
      },
    };
  }

  /** @param breakIt ends the connection at both ends at once */
  onBreak(breakIt: () => void): () => void {
    this.#breakers.add(breakIt);
    return () => this.#breakers.delete(breakIt);
  }

  cut(): void {
    for (const breakIt of [...this.#breakers]) breakIt();
  }

  down(): void {
    this.#state = "down";
    this.#held.length = 0;
    this.cut();
  }

  stall(): void {
    if (this.#state === "up") this.#state = "stalled";
  }

  up(): void {
    this.#state = "up";
    for (const deliver of this.#held.splice(0)) deliver();
  }

  /** Resolves when nothing is under way that needs no time. */
  async settle(): Promise<void> {
    for (let before = -1; before !== this.activity; ) {
      before = this.activity;
      for (let i = 0; i < 3; i++) await turn();
    }
  }
}

/** A turn of the event loop. Fake timers leave messages alone. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
