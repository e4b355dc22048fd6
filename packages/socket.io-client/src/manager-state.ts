/** Where a manager is. `attempt` counts the reconnections in a row: 0 unless one is due or under way. */
export interface ManagerState {
  readonly phase: "idle" | "opening" | "open" | "waiting" | "failed";
  readonly attempt: number;
}

/**
 * - `open`: a connection is asked for, by somebody or by the end of a delay
 * - `opened`: the handshake is done
 * - `failed`: the attempt did not succeed
 * - `lost`: an open connection ended
 * - `close`: nobody needs the connection any longer
 */
export type ManagerEvent = "open" | "opened" | "failed" | "lost" | "close";

/** No connection, and none wanted. */
export const IDLE: ManagerState = { phase: "idle", attempt: 0 };

/**
 * The next state; the same object when the event means nothing in this state.
 *
 * @param limit how many reconnections may be tried in a row, negative for none at all
 */
export function next(state: ManagerState, event: ManagerEvent, limit: number): ManagerState {
  const { phase, attempt } = state;
  const opening = phase === "opening";
  const open = phase === "open";

  if (event === "close") return phase === "idle" ? state : IDLE;
  if (event === "open") return opening || open ? state : { phase: "opening", attempt };
  if (event === "lost" ? !open : !opening) return state;
  if (event === "opened") return { phase: "open", attempt: 0 };
  if (limit < 0) return IDLE;
  return attempt < limit ? { phase: "waiting", attempt: attempt + 1 } : { phase: "failed", attempt: 0 };
}
