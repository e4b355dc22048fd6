import { describe, expect, it } from "vitest";
import { type DropOptions, networkDrop } from "../soak/network-drop.js";

// Longer drops: `npm run soak` in the package.
const { DROP_SECONDS } = process.env;
const SECONDS = (DROP_SECONDS ?? "1").split(",").map(Number);
const MODES: DropOptions["mode"][] = ["blackhole", "reset", "blackhole, reset"];
const TRANSPORTS: [string, string[] | undefined][] = [
  ["polling", ["polling"]],
  ["websocket", ["websocket"]],
  ["default transports", undefined],
];
const HEARTBEATS: [string, Pick<DropOptions, "pingInterval" | "pingTimeout">][] = [
  ["that notice it", { pingInterval: 250, pingTimeout: 250 }],
  // The connection may outlive it.
  ["that do not", { pingInterval: 25_000, pingTimeout: 20_000 }],
];

describe.concurrent.each(SECONDS)("a network that is away for %d s", (seconds) => {
  describe.concurrent.each(MODES)("(%s)", (mode) => {
    describe.concurrent.each(HEARTBEATS)("with heartbeats %s", (_heartbeat, heartbeat) => {
      it.each(TRANSPORTS)(
        "neither loses, doubles nor shuffles messages over %s",
        async (transport, transports) => {
          const report = await networkDrop({ seconds, mode, transports, ...heartbeat });
          if (DROP_SECONDS) console.log(seconds, mode, heartbeat, transport, JSON.stringify(report));
          const whole = { sent: expect.any(Number), lost: 0, twice: 0, late: 0 };
          expect(report).toMatchObject({ toServer: whole, toClient: whole });
          expect(report.toServer.sent).toBeGreaterThan(20);
          expect(report.recovered.every(Boolean)).toBe(true);
        },
        (3 * seconds + 60) * 1000,
      );
    });
  });
});
