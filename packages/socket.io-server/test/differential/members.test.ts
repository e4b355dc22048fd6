import { describe, expect, test } from "vitest";
import { implementations } from "../support/start.js";
import { trace } from "../support/trace.js";
import { remoteMembers } from "./members-remote.js";
import { serverMembers } from "./members-server.js";
import { endMembers, socketMembers } from "./members-socket.js";

describe("as published:", () => {
  test.each(Object.entries({ ...serverMembers, ...socketMembers, ...endMembers, ...remoteMembers }))(
    "%s",
    async (_member, scenario) => {
      const published = await trace(implementations.published, scenario);
      expect(published.length).toBeGreaterThan(0);
      expect(await trace(implementations.ours, scenario)).toEqual(published);
    },
  );
});
