import type { SocketOptions } from "./contract.js";
import { SocketWithUpgrade } from "./socket-with-upgrade.js";
import { WS } from "./transports/websocket.js";
import { WT } from "./transports/webtransport.js";
import { XHR } from "./transports/xhr.js";

export * from "./exports.js";
export { Fetch } from "./transports/fetch.js";
// The names of the Node.js build mean the browser's own here, so that one import serves both.
export { WS as NodeWebSocket } from "./transports/websocket.js";
export { XHR as NodeXHR } from "./transports/xhr.js";

/** The transports that go by a name. */
export const transports = { polling: XHR, websocket: WS, webtransport: WT };

/** A connection to an Engine.IO server: opens over long-polling, then moves to WebSocket. */
export class Socket extends SocketWithUpgrade {
  constructor(uri?: string | SocketOptions | null, opts?: SocketOptions) {
    super(uri, opts, transports);
  }
}
