import FakeTimers from "@sinonjs/fake-timers";

/** Time, as a pair has it. */
export interface Clock {
  /** Milliseconds, as `Date.now()` has them. */
  now(): number;
  /**
   * Moves time on, and with it all that waits for time: latency, heartbeats, reconnection delays, timeouts. Resolves when what
   * this led to has been delivered. A pair with `clock: "real"` takes as long as it says.
   *
   * @param ms @default 0
   */
  advance(ms?: number): Promise<void>;
}

export interface RunningClock extends Clock {
  /** Puts the timers back that this clock has replaced. */
  uninstall(): void;
}

/** What `@sinonjs/fake-timers` makes, on which the fake timers of vitest, jest and sinon stand. */
interface Ticker {
  tickAsync(ms: number): Promise<unknown>;
}

/** What server, client and wire wait with. Immediates and microtasks stay real: deliveries need no time. */
const FAKED = ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] as const;

/**
 * @param kind `"fake"`: time stands still unless it is moved. Fake timers of a test runner that are there already are used.
 * @param settle resolves when nothing is under way that needs no time
 */
export function startClock(kind: "fake" | "real", settle: () => Promise<void>): RunningClock {
  const now = () => Date.now();
  if (kind === "real") {
    const advance = async (ms = 0) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      await settle();
    };
    return { now, advance, uninstall() {} };
  }
  const present = (setTimeout as typeof setTimeout & { clock?: Ticker }).clock;
  const own = present ? undefined : FakeTimers.install({ toFake: [...FAKED] });
  const ticker: Ticker = present ?? (own as Ticker);
  return {
    now,
    async advance(ms = 0) {
      await settle();
      // Lets everything else run after each timer, so that what a timer leads to happens at its time.
      await ticker.tickAsync(ms);
      await settle();
    },
    uninstall: () => own?.uninstall(),
  };
}
