import { expect, test } from "vitest";
import {
  type ClosingEvent,
  type ClosingState,
  nextClosingState,
} from "../../../src/node/websocket/closing-state.js";

test.each<[ClosingState, ClosingEvent, ClosingState]>([
  ["open", "close", "closing"],
  ["open", "answered", "closed"],
  ["open", "ended", "closed"],
  ["closing", "close", "closing"],
  ["closing", "answered", "closed"],
  ["closing", "ended", "closed"],
  ["closed", "close", "closed"],
  ["closed", "answered", "closed"],
  ["closed", "ended", "closed"],
])("%s, %s: %s", (state, event, next) => {
  expect(nextClosingState(state, event)).toBe(next);
});
