import { describe, expect, it } from "vitest";
import { IDLE, type ManagerEvent, type ManagerState, next } from "../src/manager-state.js";

const at = (phase: ManagerState["phase"], attempt = 0): ManagerState => ({ phase, attempt });

/** Per state and event: the next state without reconnection, with no attempt left, with three attempts. */
type Row = [ManagerState, ManagerEvent, ManagerState, ManagerState, ManagerState];

const always = (from: ManagerState, event: ManagerEvent, to: ManagerState): Row => [from, event, to, to, to];
const ignored = (from: ManagerState, ...events: ManagerEvent[]) =>
  events.map((event) => always(from, event, from));

const rows: Row[] = [
  always(IDLE, "open", at("opening")),
  ...ignored(IDLE, "opened", "failed", "lost", "close"),

  always(at("opening"), "opened", at("open")),
  [at("opening"), "failed", IDLE, at("failed"), at("waiting", 1)],
  always(at("opening"), "close", IDLE),
  ...ignored(at("opening"), "open", "lost"),

  always(at("opening", 2), "opened", at("open")),
  [at("opening", 2), "failed", IDLE, at("failed"), at("waiting", 3)],
  always(at("opening", 2), "close", IDLE),
  ...ignored(at("opening", 2), "open", "lost"),

  always(at("opening", 3), "opened", at("open")),
  [at("opening", 3), "failed", IDLE, at("failed"), at("failed")],
  always(at("opening", 3), "close", IDLE),
  ...ignored(at("opening", 3), "open", "lost"),

  [at("open"), "lost", IDLE, at("failed"), at("waiting", 1)],
  always(at("open"), "close", IDLE),
  ...ignored(at("open"), "open", "opened", "failed"),

  always(at("waiting", 2), "open", at("opening", 2)),
  always(at("waiting", 2), "close", IDLE),
  ...ignored(at("waiting", 2), "opened", "failed", "lost"),

  always(at("failed"), "open", at("opening")),
  always(at("failed"), "close", IDLE),
  ...ignored(at("failed"), "opened", "failed", "lost"),
];

describe("manager state", () => {
  it("has a row for every state and event", () => {
    const seen = new Set(rows.map(([{ phase, attempt }, event]) => `${phase} ${attempt} ${event}`));
    expect(seen.size).toBe(rows.length);
    expect(rows.length).toBe(7 * 5);
  });

  it.each(rows)("%o on %s", (state, event, never, exhausted, retried) => {
    expect(next(state, event, -1)).toEqual(never);
    expect(next(state, event, 0)).toEqual(exhausted);
    expect(next(state, event, 3)).toEqual(retried);
  });

  it("returns the same object when nothing changes", () => {
    for (const [state, event, expected] of rows) {
      if (expected.phase === state.phase && expected.attempt === state.attempt) {
        expect(next(state, event, -1)).toBe(state);
      }
    }
  });

  it("never runs out of attempts without a limit", () => {
    const state = next(at("opening", 1e9), "failed", Number.POSITIVE_INFINITY);
    expect(state).toEqual(at("waiting", 1e9 + 1));
  });
});
