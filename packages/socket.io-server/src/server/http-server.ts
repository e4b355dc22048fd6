import { createServer, type Server as HttpServer } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import { codedError } from "../errors.js";

export type HttpServerInstance = HttpServer | HttpsServer | Http2SecureServer | Http2Server;

export function isHttpServer(value: object): value is HttpServerInstance {
  return "listen" in value && typeof value.listen === "function";
}

/**
 * The server that was given, or one that listens on the port that was given and answers 404 to what is not ours.
 *
 * @throws Error with code `ERR_INVALID_HTTP_SERVER`
 */
export function toHttpServer(srv: HttpServerInstance | number | string): HttpServerInstance {
  if (typeof srv === "function") {
    throw codedError(
      "ERR_INVALID_HTTP_SERVER",
      "You are trying to attach socket.io to an express request handler function. Please pass a http.Server instance.",
    );
  }
  const port = typeof srv === "object" ? Number.NaN : Number(srv);
  if (!Number.isNaN(port)) {
    return createServer((_request, response) => {
      response.writeHead(404);
      response.end();
    }).listen(port);
  }
  if (typeof srv !== "object" || !isHttpServer(srv)) {
    throw codedError("ERR_INVALID_HTTP_SERVER", `expected an HTTP server or a port, not ${String(srv)}`);
  }
  return srv;
}

/** Stops listening; resolves when the last connection has ended, with the error of a server that was not listening. */
export function closeHttpServer(server: HttpServerInstance): Promise<Error | undefined> {
  return new Promise((resolve) => {
    server.close(resolve);
  });
}
