import { encodePacket, encodePacketSync, type Packet, type RawData } from "engine.io-parser";
import { nextTick } from "../timers.js";
import { Transport } from "../transport.js";

/** What is used of a WebSocket, the browser's or that of the `ws` package. */
interface WebSocketLike {
  onopen: unknown;
  onmessage: unknown;
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

  /** Opens a WebSocket whose binary messages are of the socket's `binaryType`. */
  protected abstract createSocket(
    uri: string,
    protocols: string | string[] | undefined,
    opts: { headers?: Record<string, string> },
  ): W;
  protected abstract doWrite(packet: Packet, data: RawData): void;

  protected doOpen(): void {
    const { protocols, extraHeaders, timestampRequests } = this.opts;
    const ws = this.createSocket(this.uri("ws", timestampRequests), protocols, { headers: extraHeaders });
    ws.onopen = () => this.onOpen();
    ws.onmessage = (event: { data: RawData }) => this.onData(event.data);
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
          ? encodePacketSync(packet, true)
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

/** WebSocket transport over the built-in `WebSocket`. For browsers, React Native, Node.js 22, Deno and Bun. */
export class WS extends BaseWS<WebSocket> {
  protected createSocket(
    uri: string,
    protocols: string | string[] | undefined,
    opts: { headers?: Record<string, string> },
  ): WebSocket {
    // The third argument means something to React Native only.
    const ws = new (WebSocket as new (...args: unknown[]) => WebSocket)(uri, protocols, opts);
    ws.binaryType = this.socket.binaryType === "blob" ? "blob" : "arraybuffer";
    return ws;
  }

  protected doWrite(_packet: Packet, data: RawData): void {
    this.ws?.send(data as string);
  }
}
