import { type BinaryType, encodeFrame, encodePacket, type Packet, type RawData } from "engine.io-parser";
import type { SocketOptions } from "../contract.js";
import { nextTick } from "../timers.js";
import { Transport } from "../transport.js";

/** What is used of a WebSocket, the browser's or that of the `ws` package. */
export interface WebSocketLike {
  onopen: unknown;
  onclose: unknown;
  onerror: unknown;
  close(): void;
}

/** A WebSocket, one packet in each message. Protocol: Engine.IO v4, "WebSocket". */
export abstract class BaseWS<W extends WebSocketLike> extends Transport {
  protected ws?: W;

  get name(): string {
    return "websocket";
  }

  /** Opens a WebSocket whose binary messages are of the socket's `binaryType`, and are given to `onData`. */
  protected abstract createSocket(uri: string): W;
  protected abstract doWrite(packet: Packet, data: RawData): void;

  protected doOpen(): void {
    const ws = this.createSocket(this.uri("ws", this.opts.timestampRequests));
    ws.onopen = () => this.onOpen();
    ws.onclose = (context: unknown) => this.onClose({ description: "websocket connection closed", context });
    ws.onerror = (event: unknown) => this.onError("websocket error", event);
    this.ws = ws;
  }

  protected async write(packets: Packet[]): Promise<void> {
    this.writable = false;
    for (const packet of packets) {
      this.doWrite(
        packet,
        this.supportsBinary
          ? encodeFrame(packet)
          : // A Blob takes time to become text, and the packets behind it wait.
            await new Promise<RawData>((resolve) => encodePacket(packet, false, resolve)),
      );
    }
    nextTick(() => this.onDrain());
  }

  protected doClose(): void {
    this.ws?.close();
  }
}

/** Opens the built-in WebSocket. */
export function openWebSocket(
  uri: string,
  { protocols, extraHeaders: headers }: SocketOptions,
  binaryType: BinaryType,
  onData: (data: RawData) => void,
): WebSocket {
  // The third argument means something to React Native only.
  const ws = new (WebSocket as new (...args: unknown[]) => WebSocket)(uri, protocols, { headers });
  ws.binaryType = binaryType === "blob" ? "blob" : "arraybuffer";
  ws.onmessage = ({ data }) => onData(data);
  return ws;
}

/** WebSocket transport over the built-in `WebSocket`. For browsers, React Native, Node.js 22, Deno and Bun. */
export class WS extends BaseWS<WebSocket> {
  protected createSocket(uri: string): WebSocket {
    return openWebSocket(uri, this.opts, this.socket.binaryType, (data) => this.onData(data));
  }

  protected doWrite(_packet: Packet, data: RawData): void {
    this.ws?.send(data as string);
  }
}
