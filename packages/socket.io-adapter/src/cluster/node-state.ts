/**
 * What is known of another server: nothing; that it is there; that it let a request run into its timeout and has not been heard
 * since; that it said it closes.
 */
export type NodeState = "unknown" | "alive" | "silent" | "closed";

/** It sent something; it did not answer in time; nothing came from it for long; it closes. */
export type NodeEvent = "spoke" | "missed" | "expired" | "closed";

const TRANSITIONS: Record<NodeState, Record<NodeEvent, NodeState>> = {
  unknown: { spoke: "alive", missed: "unknown", expired: "unknown", closed: "closed" },
  alive: { spoke: "alive", missed: "silent", expired: "unknown", closed: "closed" },
  silent: { spoke: "alive", missed: "silent", expired: "unknown", closed: "closed" },
  // What was on its way when a server closed does not bring it back: its id is not used again.
  closed: { spoke: "closed", missed: "closed", expired: "unknown", closed: "closed" },
};

export function nextNodeState(state: NodeState, event: NodeEvent): NodeState {
  return TRANSITIONS[state][event];
}
