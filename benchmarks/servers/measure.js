/** CPU of this process in microseconds since the last `begin()`. */
let since;

export const measure = {
  begin() {
    globalThis.gc();
    since = process.cpuUsage();
  },
  end() {
    const { user, system } = process.cpuUsage(since);
    return { cpu: user + system, user, system };
  },
  memory() {
    globalThis.gc();
    globalThis.gc();
    return process.memoryUsage().rss;
  },
};

/** Resolves in a later turn of the event loop, after what this turn wrote has reached the kernel. */
export const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Runs `work` and returns the longest turn of the event loop, in microseconds, in the 300 ms after it began. */
export async function longestTurn(work) {
  await nextTurn();
  const start = performance.now();
  let last = start;
  let longest = 0;
  work();
  while (last - start < 300) {
    await nextTurn();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest * 1000;
}

/** What every server sends: about 60 bytes of JSON, or one kilobyte of binary. */
export const TEXT = { at: 1_700_000_000_000, symbol: "ACME", price: 12.34 };
export const BINARY = Buffer.alloc(1024, 7);
