import { type ClientOptions, WebSocket } from "ws";
import { Queue } from "../queue.js";
import { within } from "../timeout.js";
import type { WireOptions } from "./polling.js";

export interface WebSocketWireOptions extends WireOptions {
  /** Path and query exactly as written, instead of `path` and `query`. */
  target?: string;
  /** Options of the `ws` client, such as `perMessageDeflate`. */
  ws?: ClientOptions;
}

/** A WebSocket by `ws` that knows nothing of Engine.IO: what comes is queued, text as strings, binary as Buffers. */
export interface WebSocketWire {
  readonly socket: WebSocket;
  readonly messages: Queue<string | Buffer>;
  send(data: string | Uint8Array): void;
  /** The next message, which must be text. */
  text(): Promise<string>;
  /** The next message, which must be binary. */
  binary(): Promise<Buffer>;
  /** Settles when the connection is over. */
  closed(timeout?: number): Promise<{ code: number; reason: string }>;
  close(): void;
}

/**
 * Opens a WebSocket to an Engine.IO v4 server. The first message will be its open packet.
 *
 * @throws Error when the server refuses the upgrade
 * @example
 * const wire = await openWebSocket(url);
 * expect(await wire.text()).toMatch(/^0/);
 */
export async function openWebSocket(url: string, options: WebSocketWireOptions = {}): Promise<WebSocketWire> {
  const { path = "/socket.io/", headers = {} } = options;
  const query = new URLSearchParams({ EIO: "4", transport: "websocket", ...options.query });
  const target = options.target ?? `${path}?${query}`;
  const socket = new WebSocket(url.replace(/^http/, "ws") + target, {
    perMessageDeflate: false,
    ...options.ws,
    headers,
  });
  const messages = new Queue<string | Buffer>("a WebSocket message");
  socket.on("message", (data: Buffer, isBinary) => messages.push(isBinary ? data : data.toString("utf8")));
  const over = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once("close", (code, reason) => {
      resolve({ code, reason: reason.toString("utf8") });
      messages.end(new Error(`the WebSocket closed (${code}) while waiting for a message`));
    });
  });
  const opened = new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    // kept for the socket's life: what goes wrong later shows as the close
    socket.on("error", reject);
  });
  await within(opened, `the WebSocket ${target} to open`);
  return {
    socket,
    messages,
    send: (data) => socket.send(data),
    async text() {
      const message = await messages.next();
      if (typeof message !== "string") throw new Error(`expected text, got ${message.length} bytes`);
      return message;
    },
    async binary() {
      const message = await messages.next();
      if (typeof message === "string") throw new Error(`expected bytes, got ${message}`);
      return message;
    },
    closed: (timeout) => within(over, "the WebSocket to close", timeout),
    close: () => socket.close(),
  };
}
