import { expect, test } from "vitest";
import { stalledReader } from "../../soak/stalled-reader.js";
import { requireBuilt } from "../support/built.js";

// `npm run soak` sets it.
const { SOAK } = process.env;
const seconds = SOAK ? 10 : 3;
const MB = 1024 * 1024;
const LIMIT = 4 * MB;

test.each([
  ["disconnect", 9],
  ["drop-oldest", 10],
  ["drop-newest", 10],
])(
  "one stalled reader among ten, %s: memory stays within the limit, the others get everything",
  async (bufferPolicy, clients) => {
    requireBuilt("index.cjs");
    const options = { maxBufferedBytes: LIMIT, bufferPolicy };
    const summary = await stalledReader({ implementation: "ours", seconds, options });
    if (SOAK) console.log(bufferPolicy, summary);
    expect(summary.complete).toBe(9);
    expect(summary.clients).toBe(clients);
    // That the limit was reached.
    expect(summary.drops > 0).toBe(bufferPolicy !== "disconnect");
    // Code that was compiled meanwhile, and the like.
    expect(summary.held).toBeLessThan(LIMIT + 2 * MB);
  },
  120_000,
);

test("the published server keeps all that the stalled reader does not read", async () => {
  const summary = await stalledReader({ implementation: "published", seconds });
  if (SOAK) console.log("published", summary);
  expect(summary.held).toBeGreaterThan(2 * LIMIT);
}, 120_000);
