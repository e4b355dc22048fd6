import { Server as PublishedServer } from "published-socket.io";
import { Server } from "socket.io-server";
import { describe } from "vitest";
import { connectionBehaviour } from "./behaviour/connection.js";
import { eventBehaviour } from "./behaviour/events.js";
import { reliabilityBehaviour } from "./behaviour/reliability.js";
import type { ServerClass } from "./support/start.js";

const servers: [string, ServerClass][] = [
  ["our server", Server as unknown as ServerClass],
  ["published socket.io", PublishedServer],
];
const transports: [string, { transports?: string[] }][] = [
  ["polling", { transports: ["polling"] }],
  ["websocket", { transports: ["websocket"] }],
  ["default transports", {}],
];

describe.each(servers)("with %s", (_name, ServerImpl) => {
  describe.each(transports)("over %s", (_transport, options) => {
    connectionBehaviour(ServerImpl, options);
    eventBehaviour(ServerImpl, options);
    reliabilityBehaviour(ServerImpl, options);
  });
});
