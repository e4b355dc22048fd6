import type { IncomingMessage } from "node:http";
import type { Packet, RawData } from "engine.io-parser";
import { WebSocket } from "ws";
import { BaseWS } from "../transports/websocket.js";
import { connectionOptions, pick } from "./connection-options.js";
import { cookieJarOf, requestHeaders } from "./request-headers.js";

// In bytes; smaller messages go as they are.
const DEFAULT_DEFLATE = { threshold: 1024 };

/** What is used of the WebSocket of `ws`. Named here, so that the users of this package need no types of `ws`. */
interface NodeWebSocket {
  binaryType: string;
  readonly extensions: string;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  on(event: "message", listener: (data: Buffer, isBinary: boolean) => void): unknown;
  on(event: "upgrade", listener: (response: IncomingMessage) => void): unknown;
  send(data: string | ArrayBuffer, options: { compress: boolean }): void;
  close(): void;
}

/** WebSocket transport over the `ws` package. For Node.js, Deno and Bun. */
export class NodeWS extends BaseWS<NodeWebSocket> {
  protected createSocket(uri: string, protocols: string | string[] | undefined): NodeWebSocket {
    const { opts } = this;
    const ws = new WebSocket(uri, protocols ?? [], {
      ...connectionOptions(opts),
      ...pick(opts, ["origin", "maxPayload", "protocolVersion"]),
      perMessageDeflate: opts.perMessageDeflate ?? DEFAULT_DEFLATE,
      headers: requestHeaders(opts),
    });
    if (this.socket.binaryType === "arraybuffer") ws.binaryType = "arraybuffer";
    return ws as NodeWebSocket;
  }

  protected override doOpen(): void {
    super.doOpen();
    const ws = this.ws as NodeWebSocket;
    // Without an event object for each message.
    ws.onmessage = null;
    ws.on("message", (data, isBinary) => this.onData(isBinary ? data : data.toString()));
    ws.on("upgrade", ({ headers, socket }) => {
      cookieJarOf(this.opts)?.store(headers["set-cookie"]);
      if (this.opts.autoUnref) socket.unref();
    });
  }

  protected doWrite({ options }: Packet, data: RawData): void {
    this.ws?.send(data as string | ArrayBuffer, {
      compress: !!options?.compress && this.#isWorthwhile(data),
    });
  }

  #isWorthwhile(data: RawData): boolean {
    // Without the extension there is nothing to measure for.
    if (!this.ws?.extensions) return false;
    const { perMessageDeflate = DEFAULT_DEFLATE } = this.opts;
    const threshold = (typeof perMessageDeflate === "object" && perMessageDeflate.threshold) || 0;
    const size = typeof data === "string" ? Buffer.byteLength(data) : (data as ArrayBuffer).byteLength;
    return size >= threshold;
  }
}
