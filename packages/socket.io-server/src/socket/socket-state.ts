/**
 * - `joining`: middleware has not decided yet; rooms can be joined
 * - `joined`: in the namespace
 * - `leaving`: the `disconnecting` listeners are being called
 * - `left`: out, for good
 */
export type SocketState = "joining" | "joined" | "leaving" | "left";

/** `accept` by the namespace, `leave` for whatever reason, `cleanup` of rooms and namespace. */
export type SocketTransition = "accept" | "leave" | "cleanup";

const NEXT: Record<SocketState, Partial<Record<SocketTransition, SocketState>>> = {
  joining: { accept: "joined", cleanup: "left" },
  joined: { leave: "leaving", cleanup: "left" },
  leaving: { cleanup: "left" },
  left: {},
};

/** The state after a transition, `undefined` where there is nothing to do. */
export function nextSocketState(state: SocketState, transition: SocketTransition): SocketState | undefined {
  return NEXT[state][transition];
}
