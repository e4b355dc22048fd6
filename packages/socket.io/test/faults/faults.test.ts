import { describe, expect, it } from "vitest";
import { ourClient, ourServer, publishedClient } from "../interop/implementations.js";
import { type Fault, run } from "./scenario.js";
import { POLLING_STATES, WEBSOCKET_STATES } from "./states.js";

// Each step of handshake and upgrade is delayed, split and broken, while numbered messages go both ways. Nothing that was acknowledged
// may be lost, nothing may arrive twice, and every session ends once.

/** The same numbers from 0 to 1 in each run. */
function random(seed: string): () => number {
  let state = [...seed].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 7);
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

function faultsOf(seed: string): Fault[] {
  const next = random(seed);
  const inside = (share: number, length: number) => Math.floor(share * length);
  const [cut, reset] = [next(), next()];
  return [
    { name: "delayed", of: () => ({ delay: 40 }) },
    { name: "split at every byte", of: () => ({ chunk: 1 }) },
    {
      name: `split at ${cut.toFixed(2)} and delayed`,
      of: (length) => ({ splitAt: [inside(cut, length)], delay: 5 }),
    },
    { name: "reset before", of: () => ({ resetAfter: 0 }) },
    { name: `reset at ${reset.toFixed(2)}`, of: (length) => ({ resetAfter: inside(reset, length) }) },
    { name: "reset after", of: (length) => ({ resetAfter: length }) },
  ];
}

const POLLING = { transports: ["polling", "websocket"], states: POLLING_STATES };
const RUNS = [
  { name: "our client, from polling to WebSocket", client: ourClient, ...POLLING },
  { name: "our client, as it opens by default", client: ourClient, states: WEBSOCKET_STATES },
  { name: "published client, from polling to WebSocket", client: publishedClient, ...POLLING },
  {
    name: "published client, WebSocket",
    client: publishedClient,
    transports: ["websocket"],
    states: WEBSOCKET_STATES,
  },
];

describe.each<(typeof RUNS)[number] & { transports?: string[] }>(RUNS)(
  "$name",
  ({ client, transports, states }) => {
    it.each(states)("$name", async (state) => {
      const faults = faultsOf(state.name);
      const outcomes = await Promise.all(
        faults.map((fault) => run(client, ourServer, transports, state, fault)),
      );
      const found = faults.map(({ name }, i) => ({ name, ...outcomes[i] }));
      expect(found).toEqual(faults.map(({ name }) => ({ name, faults: 1, left: [0, 0], problems: [] })));
    });
  },
);
