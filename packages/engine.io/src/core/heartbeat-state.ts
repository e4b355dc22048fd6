/**
 * `resting` the next ping is due later, `awaiting` a ping was sent, `extended` the same, and another packet that came since has
 * bought more time, `stopped` the session is over.
 */
export type HeartbeatState = "resting" | "awaiting" | "extended" | "stopped";

/** `due` the deadline passed, `pong` the answer came, `traffic` another packet came. */
export type HeartbeatEvent = "due" | "pong" | "traffic" | "stop";

const TRANSITIONS: Record<HeartbeatState, Partial<Record<HeartbeatEvent, HeartbeatState>>> = {
  resting: { due: "awaiting", stop: "stopped" },
  // Once only: a client that sends and never answers must not live forever.
  awaiting: { due: "stopped", pong: "resting", traffic: "extended", stop: "stopped" },
  extended: { due: "stopped", pong: "resting", stop: "stopped" },
  stopped: {},
};

/** The state after the event; the same state when the event means nothing in it. */
export function nextHeartbeatState(state: HeartbeatState, event: HeartbeatEvent): HeartbeatState {
  return TRANSITIONS[state][event] ?? state;
}
