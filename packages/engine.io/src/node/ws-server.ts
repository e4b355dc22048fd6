import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { OptionError } from "../core/errors.js";
import type { ResolvedOptions } from "../core/options.js";
import type { WebSocketLike } from "./websocket-like.js";

/** What is used of a WebSocket server: that of `ws`, or of a module with its interface. */
export interface WsServer {
  handleUpgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    callback: (websocket: WebSocketLike, request: IncomingMessage) => void,
  ): void;
  on(event: "headers", listener: (headers: string[], request: IncomingMessage) => void): unknown;
}

type WsServerClass = new (options: object) => WsServer;

/** @throws OptionError when `wsEngine` is neither a server class nor a module with one */
export function createWsServer(options: ResolvedOptions<never>): WsServer {
  const { wsEngine = WebSocketServer, perMessageDeflate, maxHttpBufferSize } = options;
  const { WebSocketServer: named, Server: older } = wsEngine as Record<string, unknown>;
  const Engine = [named, older, wsEngine].find((candidate) => typeof candidate === "function");
  if (!Engine) {
    throw new OptionError(
      "ERR_INVALID_OPTION",
      `"wsEngine" must be a module such as ws, or its server class`,
    );
  }
  return new (Engine as WsServerClass)({
    noServer: true,
    clientTracking: false,
    perMessageDeflate,
    maxPayload: maxHttpBufferSize,
  });
}
