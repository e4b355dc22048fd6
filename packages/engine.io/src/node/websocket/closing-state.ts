/** Where a WebSocket is in its closing handshake. `closing`: our close frame is out. `closed`: nothing goes either way. */
export type ClosingState = "open" | "closing" | "closed";
/** `close`: we want to close. `answered`: a close frame came. `ended`: the TCP connection is no more, or is of no more use. */
export type ClosingEvent = "close" | "answered" | "ended";

export function nextClosingState(state: ClosingState, event: ClosingEvent): ClosingState {
  if (event !== "close") return "closed";
  return state === "open" ? "closing" : state;
}
