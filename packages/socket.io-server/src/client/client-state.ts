/**
 * - `open`: packets are decoded and handled
 * - `draining`: the connection is over; what was decoded before is still handled
 * - `broken`: the client broke the protocol; nothing more is handled and the connection is being closed
 * - `closed`: over
 */
export type ClientState = "open" | "draining" | "broken" | "closed";

/** The connection's `close`, a `violation` of the protocol, and `drained`: all that was decoded is handled. */
export type ClientTransition = "close" | "violation" | "drained";

const NEXT: Record<ClientState, Partial<Record<ClientTransition, ClientState>>> = {
  open: { close: "draining", violation: "broken" },
  draining: { violation: "closed", drained: "closed" },
  broken: { close: "closed" },
  closed: {},
};

/** The state after a transition, `undefined` where there is nothing to do. */
export function nextClientState(state: ClientState, transition: ClientTransition): ClientState | undefined {
  return NEXT[state][transition];
}
