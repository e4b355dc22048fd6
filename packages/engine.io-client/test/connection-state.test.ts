import { describe, expect, it } from "vitest";
import { type ConnectionEvent, type ConnectionState, nextConnectionState } from "../src/connection-state.js";

const TABLE: Record<ConnectionState, Record<ConnectionEvent, ConnectionState>> = {
  opening: { handshake: "open", close: "closing", end: "closed" },
  open: { handshake: "open", close: "closing", end: "closed" },
  closing: { handshake: "closing", close: "closing", end: "closed" },
  closed: { handshake: "closed", close: "closed", end: "closed" },
};

describe("connection state", () => {
  for (const [state, row] of Object.entries(TABLE)) {
    for (const [event, next] of Object.entries(row)) {
      it(`${state} + ${event} = ${next}`, () => {
        expect(nextConnectionState(state as ConnectionState, event as ConnectionEvent)).toBe(next);
      });
    }
  }
});
