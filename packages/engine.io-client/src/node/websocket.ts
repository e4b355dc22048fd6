import type { Packet, RawData } from "engine.io-parser";
import { WebSocket } from "ws";
import { BaseWS } from "../transports/websocket.js";
import { connectionOptions, pick } from "./connection-options.js";
import { cookieJarOf, requestHeaders } from "./request-headers.js";

// In bytes; smaller messages go as they are.
const DEFAULT_DEFLATE = { threshold: 1024 };

/** WebSocket transport over the `ws` package. For Node.js, Deno and Bun. */
export class NodeWS extends BaseWS<WebSocket> {
  protected createSocket(uri: string, protocols: string | string[] | undefined): WebSocket {
    const { opts } = this;
    const ws = new WebSocket(uri, protocols ?? [], {
      ...connectionOptions(opts),
      ...pick(opts, ["origin", "maxPayload", "protocolVersion"]),
      perMessageDeflate: opts.perMessageDeflate ?? DEFAULT_DEFLATE,
      headers: requestHeaders(opts),
    });
    if (this.socket.binaryType === "arraybuffer") ws.binaryType = "arraybuffer";
    return ws;
  }

  protected override doOpen(): void {
    super.doOpen();
    const ws = this.ws as WebSocket;
    // Without an event object for each message.
    ws.onmessage = null;
    ws.on("message", (data: Buffer, isBinary) => this.onData(isBinary ? data : data.toString()));
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
