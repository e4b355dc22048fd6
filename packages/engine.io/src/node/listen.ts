import { createServer } from "node:http";
import type { AttachOptions, ServerOptions } from "../core/options.js";
import type { AnyHttpServer } from "./attach.js";
import type { NodeRequest } from "./http-exchange.js";
import { Server } from "./server.js";

/**
 * Creates an HTTP server for the engine alone, and listens.
 *
 * @example
 * const engine = listen(3000, {}, () => console.log("ready"));
 */
export function listen(
  port: number,
  options: AttachOptions & ServerOptions<NodeRequest> = {},
  callback?: () => void,
): Server {
  const server = createServer((_request, response) => {
    response.writeHead(501);
    response.end("Not Implemented");
  });
  const engine = attach(server, options);
  server.listen(port, callback);
  return engine;
}

/** Creates an engine that captures requests of an HTTP server. */
export function attach(
  server: AnyHttpServer,
  options: AttachOptions & ServerOptions<NodeRequest> = {},
): Server {
  const engine = new Server(options);
  engine.attach(server, options);
  return engine;
}
