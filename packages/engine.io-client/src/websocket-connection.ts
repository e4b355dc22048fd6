import { decodeFrame, encodeFrame, type Packet, protocol, type RawData } from "engine.io-parser";
import { Connection } from "./connection.js";
import type { SocketOptions } from "./contract.js";
import { guard, nextTick } from "./timers.js";
import { TransportError } from "./transport-error.js";
import type { WebSocketLike } from "./transports/websocket.js";
import { requestUri } from "./uri.js";

/** A connection to an Engine.IO server over WebSocket and nothing else: without transports, and what chooses among them. */
export abstract class WebSocketConnection<W extends WebSocketLike> extends Connection {
  readonly transport = { name: "websocket", writable: false };
  protected ws?: W;

  /** Connects at once. */
  constructor(uri?: string | SocketOptions | null, opts?: SocketOptions) {
    super(uri, opts);
    const { opts: resolved } = this;
    const query = { ...resolved.query, EIO: protocol, transport: "websocket" };
    try {
      const ws = this.createSocket(requestUri("ws", resolved, query, resolved.timestampRequests));
      this.ws = ws;
      ws.onclose = (context: unknown) =>
        this.onClose("transport close", { description: "websocket connection closed", context });
      ws.onerror = (event: unknown) => this.onError(new TransportError("websocket error", event));
    } catch (err) {
      // There are no listeners yet.
      nextTick(() => this.onError(new TransportError("websocket error", err)));
    }
  }

  protected abstract createSocket(uri: string): W;
  protected abstract sendFrame(ws: W, data: RawData, packet: Packet): void;

  protected onData(data: RawData): void {
    guard(() => {
      if (this.readyState !== "closed") this.onPacket(decodeFrame(data));
    });
  }

  protected override onOpen(): void {
    this.transport.writable = true;
    super.onOpen();
  }

  protected flush(): void {
    const { transport, writeBuffer, ws } = this;
    if (!transport.writable || !writeBuffer.length) return;
    transport.writable = false;
    for (const packet of writeBuffer.splice(0)) this.sendFrame(ws as W, encodeFrame(packet), packet);
    this.emitReserved("flush");
    nextTick(() => {
      if (this.readyState === "closed") return;
      transport.writable = true;
      this.onDrain();
    });
  }

  protected drop(): void {
    const { ws, transport } = this;
    transport.writable = false;
    if (!ws) return;
    // Not null: one that is not open yet reports its end as an error, which someone has to hear.
    ws.onclose = ws.onerror = () => {};
    ws.close();
  }
}
