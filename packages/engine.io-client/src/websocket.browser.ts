import type { RawData } from "engine.io-parser";
import { openWebSocket } from "./transports/websocket.js";
import { WebSocketConnection } from "./websocket-connection.js";

export { protocol } from "engine.io-parser";
export { installTimerFunctions } from "./timers.js";

/** A connection to an Engine.IO server over WebSocket and nothing else. */
export class Socket extends WebSocketConnection<WebSocket> {
  protected createSocket(uri: string): WebSocket {
    return openWebSocket(uri, this.opts, this.binaryType, (data) => this.onData(data));
  }

  protected sendFrame(ws: WebSocket, data: RawData): void {
    ws.send(data as string);
  }
}
