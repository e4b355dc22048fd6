import { hasRuntime } from "testkit";
import { describe } from "vitest";
import { HOSTS } from "./hosts.js";
import { remote } from "./remote.js";
import { socketIoSuite } from "./socket-io-suite.js";

describe.skipIf(!hasRuntime("bun"))("io.bind() with the published engine for Bun", () => {
  const { start } = remote({ ...HOSTS.Bun, server: "bun-engine" });
  socketIoSuite(start, false);
});
