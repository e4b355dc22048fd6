import { describe } from "vitest";
import type { ClientImplementation, ServerImplementation } from "./implementations.js";
import { lifecycleSuite } from "./lifecycle-suite.js";
import { messagingSuite } from "./messaging-suite.js";
import { upgradeSuite } from "./upgrade-suite.js";
import type { TransportNames } from "./world.js";

const TRANSPORTS: TransportNames[] = [["polling"], ["websocket"], ["polling", "websocket"]];

/** Everything a client and a server must be able to do together, over each choice of transports. */
export function interopSuite(client: ClientImplementation, server: ServerImplementation): void {
  describe.each(TRANSPORTS.map((transports) => ({ transports })))(
    `${client.name}, ${server.name}, $transports`,
    ({ transports }) => {
      const pair = { client, server, transports };
      messagingSuite(pair);
      lifecycleSuite(pair);
      if (transports.length > 1) upgradeSuite(pair);
    },
  );
}
