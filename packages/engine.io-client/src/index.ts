import type { SocketOptions } from "./contract.js";
import { NodeWS } from "./node/websocket.js";
import { NodeXHR } from "./node/xhr.js";
import { SocketWithUpgrade } from "./socket-with-upgrade.js";
import { WT } from "./transports/webtransport.js";

export * from "./exports.js";
export { NodeFetch as Fetch } from "./node/fetch.js";
export { NodeWS as NodeWebSocket } from "./node/websocket.js";
export { NodeXHR } from "./node/xhr.js";

/** The transports that go by a name. */
export const transports = { polling: NodeXHR, websocket: NodeWS, webtransport: WT };

/**
 * A connection to an Engine.IO server: opens over long-polling, then moves to WebSocket.
 *
 * @example
 * const socket = new Socket("ws://localhost:3000");
 * socket.on("open", () => socket.send("hello"));
 * socket.on("message", (data) => console.log(data));
 */
export class Socket extends SocketWithUpgrade {
  constructor(uri?: string | SocketOptions | null, opts?: SocketOptions) {
    super(uri, opts, transports);
  }
}
