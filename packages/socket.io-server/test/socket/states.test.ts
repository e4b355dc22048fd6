import { expect, test } from "vitest";
import { type ClientState, type ClientTransition, nextClientState } from "../../src/client/client-state.js";
import { nextSocketState, type SocketState, type SocketTransition } from "../../src/socket/socket-state.js";

test.each<[SocketState, SocketTransition, SocketState | undefined]>([
  ["joining", "accept", "joined"],
  ["joining", "leave", undefined],
  ["joining", "cleanup", "left"],
  ["joined", "accept", undefined],
  ["joined", "leave", "leaving"],
  ["joined", "cleanup", "left"],
  ["leaving", "accept", undefined],
  ["leaving", "leave", undefined],
  ["leaving", "cleanup", "left"],
  ["left", "accept", undefined],
  ["left", "leave", undefined],
  ["left", "cleanup", undefined],
])("a socket that is %s, on %s: %s", (state, transition, next) => {
  expect(nextSocketState(state, transition)).toBe(next);
});

test.each<[ClientState, ClientTransition, ClientState | undefined]>([
  ["open", "close", "draining"],
  ["open", "violation", "broken"],
  ["open", "drained", undefined],
  ["draining", "close", undefined],
  ["draining", "violation", "closed"],
  ["draining", "drained", "closed"],
  ["broken", "close", "closed"],
  ["broken", "violation", undefined],
  ["broken", "drained", undefined],
  ["closed", "close", undefined],
  ["closed", "violation", undefined],
  ["closed", "drained", undefined],
])("a client that is %s, on %s: %s", (state, transition, next) => {
  expect(nextClientState(state, transition)).toBe(next);
});
