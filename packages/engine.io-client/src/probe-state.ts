/**
 * Where an upgrade to one transport stands: it is being opened, then asked whether it carries packets, then waited for while
 * the present transport comes to rest, then in use. One that `failed` is abandoned.
 */
export type ProbeState = "opening" | "probing" | "switching" | "upgraded" | "failed";

/** `open`: the new transport is open; `pong`: it carries packets; `paused`: the present one is at rest. */
export type ProbeEvent = "open" | "pong" | "paused" | "fail";

const STEPS: Partial<Record<`${ProbeState} ${ProbeEvent}`, ProbeState>> = {
  "opening open": "probing",
  "probing pong": "switching",
  "switching paused": "upgraded",
};

export const nextProbeState = (state: ProbeState, event: ProbeEvent): ProbeState =>
  event === "fail" && state !== "upgraded" ? "failed" : (STEPS[`${state} ${event}`] ?? state);
