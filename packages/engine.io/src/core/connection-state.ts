export type ConnectionState = "opening" | "open" | "closing" | "closed";

/** `opened` the handshake was sent, `close` the application asked to close, `ended` the connection is over. */
export type ConnectionEvent = "opened" | "close" | "ended";

const TRANSITIONS: Record<ConnectionState, Partial<Record<ConnectionEvent, ConnectionState>>> = {
  opening: { opened: "open", close: "closing", ended: "closed" },
  open: { close: "closing", ended: "closed" },
  closing: { ended: "closed" },
  closed: {},
};

/** The state after the event; the same state when the event means nothing in it. */
export function nextConnectionState(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  return TRANSITIONS[state][event] ?? state;
}
