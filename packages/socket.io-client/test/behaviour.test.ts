import { Server as PublishedServer } from "published-socket.io";
import { Server } from "socket.io-server";
import { describe, it } from "vitest";
import type { io } from "../src/index.js";
import { io as webSocketOnly } from "../src/websocket.js";
import { type ServerClass, startHost } from "./behaviour/host.js";
import { BEHAVIOUR } from "./behaviour/index.js";
import { perform } from "./behaviour/stage.js";

const servers: [string, ServerClass][] = [
  ["our server", Server as unknown as ServerClass],
  ["published socket.io", PublishedServer],
];
const transports: [string, { transports?: string[] }, typeof io?][] = [
  ["polling", { transports: ["polling"] }],
  ["websocket", { transports: ["websocket"] }],
  ["default transports", {}],
  ["the entry for WebSocket", { transports: ["websocket"] }, webSocketOnly],
];

describe.each(servers)("with %s", (_name, ServerImpl) => {
  describe.each(transports)("over %s", (_transport, options, lookup) => {
    describe.each(Object.entries(BEHAVIOUR))("%s", (_area, scenarios) => {
      it.each(Object.entries(scenarios))("%s", async (_title, scenario) => {
        const host = await startHost(ServerImpl, scenario);
        try {
          await perform(scenario, host.url, host.call, options, lookup);
        } finally {
          await host.close();
        }
      });
    });
  });
});
