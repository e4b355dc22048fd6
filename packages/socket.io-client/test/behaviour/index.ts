import * as connection from "./connection.js";
import * as events from "./events.js";
import * as reliability from "./reliability.js";
import type { Scenarios } from "./scenario.js";

/** What the client does, by area. Every scenario is run in Node.js and in every browser. */
export const BEHAVIOUR: Readonly<Record<string, Scenarios>> = {
  connecting: connection.connecting,
  authentication: connection.authentication,
  disconnecting: connection.disconnecting,
  events: events.events,
  acknowledgements: events.acknowledgements,
  modifiers: events.modifiers,
  "catch-all listeners": events.catchAll,
  reconnection: reliability.reconnection,
  retries: reliability.retries,
  recovery: reliability.recovery,
  cookies: reliability.cookies,
};
