import { describe, expect, it } from "vitest";
import { nextProbeState, type ProbeEvent, type ProbeState } from "../src/probe-state.js";

const TABLE: Record<ProbeState, Record<ProbeEvent, ProbeState>> = {
  opening: { open: "probing", pong: "opening", paused: "opening", fail: "failed" },
  probing: { open: "probing", pong: "switching", paused: "probing", fail: "failed" },
  switching: { open: "switching", pong: "switching", paused: "upgraded", fail: "failed" },
  upgraded: { open: "upgraded", pong: "upgraded", paused: "upgraded", fail: "upgraded" },
  failed: { open: "failed", pong: "failed", paused: "failed", fail: "failed" },
};

describe("probe state", () => {
  for (const [state, row] of Object.entries(TABLE)) {
    for (const [event, next] of Object.entries(row)) {
      it(`${state} + ${event} = ${next}`, () => {
        expect(nextProbeState(state as ProbeState, event as ProbeEvent)).toBe(next);
      });
    }
  }
});
