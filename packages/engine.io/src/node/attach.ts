import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import type { Duplex } from "node:stream";
import { type AttachOptions, isUnderPath, resolvePath } from "../core/options.js";

/** HTTP, HTTPS, or HTTP/2 with its compatibility API. */
export type AnyHttpServer = HttpServer | Http2Server | Http2SecureServer;

/** What an HTTP server is connected to. */
interface Handlers {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
  reopen(): void;
}

/** Puts the handlers in front of the listeners that the server has. Other listeners for `upgrade` are left alone. */
export function attachTo(anyServer: AnyHttpServer, options: AttachOptions, handlers: Handlers): void {
  // The compatibility API has the same events, with requests and responses of the same shape.
  const server = anyServer as HttpServer;
  const { destroyUpgrade = true, destroyUpgradeTimeout = 1000 } = options;
  const path = resolvePath(options);
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (isUnderPath(request.url, path)) handlers.request(request, response);
    else for (const listener of listeners) listener.call(server, request, response);
  });

  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (isUnderPath(request.url, path)) handlers.upgrade(request, socket, head);
    else if (destroyUpgrade) endIfUnused(socket, destroyUpgradeTimeout);
  };
  server.on("upgrade", onUpgrade);
  server.on("close", () => handlers.close());
  server.on("listening", () => handlers.reopen());
}

/** Ends a socket that nobody has written to after a while. */
function endIfUnused(socket: Duplex & { bytesWritten?: number }, delay: number): void {
  socket.on("error", ignore);
  const timer = setTimeout(() => {
    if (socket.writable && !socket.bytesWritten) socket.end(() => socket.destroy());
  }, delay);
  socket.once("close", () => clearTimeout(timer));
}

function ignore(): void {}
