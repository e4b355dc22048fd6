import { hasRuntime } from "testkit";
import { afterEach, describe, expect } from "vitest";
import { badInputSuite } from "./bad-input-suite.js";
import { HOSTS, type Host } from "./hosts.js";
import { pollingSuite } from "./polling-suite.js";
import { remote } from "./remote.js";
import { socketIoSuite } from "./socket-io-suite.js";
import { webSocketSuite } from "./websocket-suite.js";

/** Everything that must hold on any runtime, against a server in a process of that runtime. */
export function hostSuite(name: keyof typeof HOSTS): void {
  const host: Host = HOSTS[name];
  describe.skipIf(!hasRuntime(host.runtime))(name, () => {
    const { start, uncaught } = remote(host);
    afterEach(() => expect(uncaught()).toEqual([]));
    describe("polling", () => pollingSuite(start, host.can));
    describe("WebSocket", () => webSocketSuite(start, host.can));
    describe("bad input", () => badInputSuite(start, host.can));
    describe("Socket.IO", () => socketIoSuite(start));
  });
}
