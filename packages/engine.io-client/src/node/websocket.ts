import type { Packet, RawData } from "engine.io-parser";
import { BaseWS } from "../transports/websocket.js";
import { type NodeWebSocket, openWebSocket, sendMessage } from "./open-websocket.js";

/** WebSocket transport over the `ws` package. For Node.js, Deno and Bun. */
export class NodeWS extends BaseWS<NodeWebSocket> {
  protected createSocket(uri: string): NodeWebSocket {
    return openWebSocket(uri, this.opts, (data) => this.onData(data));
  }

  protected doWrite(packet: Packet, data: RawData): void {
    if (this.ws) sendMessage(this.ws, data, packet, this.opts);
  }
}
