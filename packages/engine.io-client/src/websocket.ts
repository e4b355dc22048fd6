import type { Packet, RawData } from "engine.io-parser";
import type { TransportOptions } from "./contract.js";
import { type NodeWebSocket, openWebSocket, sendMessage } from "./node/open-websocket.js";
import { WebSocketConnection } from "./websocket-connection.js";

export { protocol } from "engine.io-parser";
export type { SocketOptions } from "./contract.js";
export { installTimerFunctions } from "./timers.js";

/**
 * A connection to an Engine.IO server over WebSocket and nothing else, in a fraction of the bytes. `transports`, `upgrade` and
 * `forceBase64` have no meaning here; `binaryType` stays what the runtime delivers.
 *
 * @example
 * import { Socket } from "engine.io-client/websocket";
 *
 * const socket = new Socket("wss://example.com");
 * socket.on("open", () => socket.send("hello"));
 */
export class Socket extends WebSocketConnection<NodeWebSocket> {
  protected createSocket(uri: string): NodeWebSocket {
    const opts = { ...this.opts, ...this.opts.transportOptions.websocket, socket: this } as TransportOptions;
    return openWebSocket(uri, opts, (data) => this.onData(data));
  }

  protected sendFrame(ws: NodeWebSocket, data: RawData, packet: Packet): void {
    sendMessage(ws, data, packet, this.opts);
  }
}
