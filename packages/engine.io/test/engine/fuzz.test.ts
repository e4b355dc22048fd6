import { expect, test } from "vitest";
import { fuzz } from "../../fuzz/fuzz.js";

// `npm run fuzz` sets these.
const { FUZZ_SECONDS, FUZZ_SEED } = process.env;
const seconds = Number(FUZZ_SECONDS ?? 0.6);
const seed = Number(FUZZ_SEED ?? 20_260);

test(
  "anything that comes in leaves healthy clients alone",
  async () => {
    // The command cuts at every byte, this at some.
    const scale = FUZZ_SECONDS ? {} : { connections: 100, cutStep: 6 };
    const summary = await fuzz({ seconds, seed, ...scale });
    if (FUZZ_SECONDS) console.log(summary);
    expect(summary.failures.slice(0, 3)).toEqual([]);
    expect(summary.left).toBe(0);
    expect(summary.grown).toBeLessThan(4e6);
    expect(summary.cuts).toBeGreaterThan(200);
    expect(summary.echoes).toBeGreaterThan(10);
    expect(Object.keys(summary.attacks).sort()).toEqual(["body", "frames", "query", "request"]);
  },
  seconds * 1000 + 120_000,
);
