/**
 * `settled` no upgrade is under way, `probing` another transport was connected, `switching` its probe was answered,
 * `upgraded` the session moved to it.
 */
export type UpgradeState = "settled" | "probing" | "switching" | "upgraded";

/**
 * `candidate` another transport was connected, `probe` it asked whether it works, `confirm` the client moved to it, `failed` it
 * timed out, closed, broke or sent something else.
 */
export type UpgradeEvent = "candidate" | "probe" | "confirm" | "failed";

const TRANSITIONS: Record<UpgradeState, Partial<Record<UpgradeEvent, UpgradeState>>> = {
  settled: { candidate: "probing" },
  // A client that is certain may confirm without a probe.
  probing: { probe: "switching", confirm: "upgraded", failed: "settled" },
  // A probe may be repeated.
  switching: { probe: "switching", confirm: "upgraded", failed: "settled" },
  upgraded: {},
};

/** The state after the event; the same state when the event means nothing in it. */
export function nextUpgradeState(state: UpgradeState, event: UpgradeEvent): UpgradeState {
  return TRANSITIONS[state][event] ?? state;
}
