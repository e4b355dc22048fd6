import { describe, expect, test } from "vitest";
import {
  type ConnectionEvent,
  type ConnectionState,
  nextConnectionState,
} from "../../src/core/connection-state.js";
import {
  type HeartbeatEvent,
  type HeartbeatState,
  nextHeartbeatState,
} from "../../src/core/heartbeat-state.js";
import { nextUpgradeState, type UpgradeEvent, type UpgradeState } from "../../src/core/upgrade-state.js";

/** One row for each state: what each event, in the order of `events`, makes of it. */
type Table<S extends string> = Record<S, S[]>;

function enumerate<S extends string, E extends string>(
  name: string,
  next: (state: S, event: E) => S,
  events: E[],
  table: Table<S>,
): void {
  describe(name, () => {
    const cases = (Object.keys(table) as S[]).flatMap((state) =>
      events.map((event, index) => ({ state, event, expected: table[state][index] as S })),
    );
    test.each(cases)("$state + $event = $expected", ({ state, event, expected }) => {
      expect(next(state, event)).toBe(expected);
    });
  });
}

enumerate<ConnectionState, ConnectionEvent>("connection", nextConnectionState, ["opened", "close", "ended"], {
  opening: ["open", "closing", "closed"],
  open: ["open", "closing", "closed"],
  closing: ["closing", "closing", "closed"],
  closed: ["closed", "closed", "closed"],
});

enumerate<UpgradeState, UpgradeEvent>(
  "upgrade",
  nextUpgradeState,
  ["candidate", "probe", "confirm", "failed"],
  {
    settled: ["probing", "settled", "settled", "settled"],
    probing: ["probing", "switching", "upgraded", "settled"],
    switching: ["switching", "switching", "upgraded", "settled"],
    upgraded: ["upgraded", "upgraded", "upgraded", "upgraded"],
  },
);

enumerate<HeartbeatState, HeartbeatEvent>(
  "heartbeat",
  nextHeartbeatState,
  ["due", "pong", "traffic", "stop"],
  {
    resting: ["awaiting", "resting", "resting", "stopped"],
    awaiting: ["stopped", "resting", "extended", "stopped"],
    extended: ["stopped", "resting", "extended", "stopped"],
    stopped: ["stopped", "stopped", "stopped", "stopped"],
  },
);
