import type { IncomingMessage } from "node:http";
import type { Packet, RawData } from "engine.io-parser";
import { WebSocket } from "ws";
import type { SocketOptions, TransportOptions } from "../contract.js";
import { connectionOptions, pick } from "./connection-options.js";
import { cookieJarOf, requestHeaders } from "./request-headers.js";

// In bytes; smaller messages go as they are.
const DEFAULT_DEFLATE = { threshold: 1024 };

/** What is used of the WebSocket of `ws`. Named here, so that the users of this package need no types of `ws`. */
export interface NodeWebSocket {
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

/**
 * Opens a WebSocket of the `ws` package as the options say.
 *
 * @param onData - takes each message, without an event object for each
 */
export function openWebSocket(
  uri: string,
  opts: TransportOptions,
  onData: (data: RawData) => void,
): NodeWebSocket {
  const ws = new WebSocket(uri, opts.protocols ?? [], {
    ...connectionOptions(opts),
    ...pick(opts, ["origin", "maxPayload", "protocolVersion"]),
    perMessageDeflate: opts.perMessageDeflate ?? DEFAULT_DEFLATE,
    headers: requestHeaders(opts),
  });
  if (opts.socket.binaryType === "arraybuffer") ws.binaryType = "arraybuffer";
  ws.on("message", (data, isBinary) => onData(isBinary ? (data as Buffer) : data.toString()));
  ws.on("upgrade", ({ headers, socket }) => {
    cookieJarOf(opts)?.store(headers["set-cookie"]);
    if (opts.autoUnref) socket.unref();
  });
  return ws as NodeWebSocket;
}

/** Sends a message, compressed where that is allowed and worthwhile. */
export function sendMessage(
  ws: NodeWebSocket,
  data: RawData,
  { options }: Packet,
  { perMessageDeflate = DEFAULT_DEFLATE }: SocketOptions,
): void {
  const isWorthwhile = () => {
    const threshold = (typeof perMessageDeflate === "object" && perMessageDeflate.threshold) || 0;
    const size = typeof data === "string" ? Buffer.byteLength(data) : (data as ArrayBuffer).byteLength;
    return size >= threshold;
  };
  // Without the extension there is nothing to measure for.
  const compress = !!options?.compress && !!ws.extensions && isWorthwhile();
  ws.send(data as string | ArrayBuffer, { compress });
}
