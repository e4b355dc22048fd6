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
    expect(Object.keys(reasons).filter((reason) => !/^transport (?:close|error)$/.test(reason))).toEqual([]);
    expect([full.clients, full.sockets]).toEqual([connections, connections]);
    for (const { clients, sockets } of [before, after, again]) expect([clients, sockets]).toEqual([0, 0]);
    // About 25 bytes for each that has come and gone: code that was compiled meanwhile takes more.
    expect(after.heapUsed - before.heapUsed).toBeLessThan(2 * MB);
    expect(again.heapUsed - before.heapUsed).toBeLessThan(2 * MB);
    // The allocator keeps some for the next ones, but it has enough then.
    expect(again.rss - after.rss).toBeLessThan(16 * MB);
  },
  SOAK ? 900_000 : 120_000,
);
