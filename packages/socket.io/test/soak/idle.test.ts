import { expect, test } from "vitest";
import { idle } from "../../soak/idle.js";
import { requireBuilt } from "../support/built.js";

// `npm run soak` sets it.
const { SOAK } = process.env;
const [connections, seconds] = SOAK ? [10_000, 60] : [1000, 4];
const options = SOAK ? {} : { pingInterval: 1000, pingTimeout: 4000 };
const MB = 1024 * 1024;

test(
  `${connections} idle connections, a tenth of which reconnects every second: no error, and nothing left of them`,
  async () => {
    requireBuilt("index.cjs");
    const summary = await idle({ connections, seconds, options });
    if (SOAK) console.log(summary);
    const { errors, refusals, reasons, before, full, after, again } = summary;
    expect(errors).toEqual([]);
    expect(refusals).toBe(0);
    // The last for who polls, and leaves when no poll is waiting.
    const usual = ["transport close", "transport error", "ping timeout"];
    expect(Object.keys(reasons).filter((reason) => !usual.includes(reason))).toEqual([]);
    expect([full.clients, full.sockets]).toEqual([connections, connections]);
    for (const { clients, sockets } of [before, after, again]) expect([clients, sockets]).toEqual([0, 0]);
    // Compiled code and the like with the first thousands, and nothing with those that follow.
    expect(after.heapUsed - before.heapUsed).toBeLessThan(4 * MB);
    expect(again.heapUsed - after.heapUsed).toBeLessThan(MB);
    // The allocator keeps pages for the next ones, as it thinks fit: less than they took at full length.
    if (SOAK) expect(again.rss).toBeLessThan(full.rss);
  },
  SOAK ? 900_000 : 120_000,
);
