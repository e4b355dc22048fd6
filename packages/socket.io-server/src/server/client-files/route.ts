import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { ServerOptions } from "../server-options.js";
import type { ClientFiles } from "./contract.js";

const BUNDLES = ["socket.io.js", "socket.io.min.js", "socket.io.msgpack.min.js", "socket.io.esm.min.js"];
const NAMES: ReadonlySet<string> = new Set(BUNDLES.flatMap((name) => [name, `${name}.map`]));

/**
 * Puts the bundles in front of the request listeners that an HTTP server has. What serves them is loaded with the first request
 * for one.
 */
export function serveClientFiles(
  server: HttpServer,
  path: string,
  cors: ServerOptions["cors"],
  files: ClientFiles,
): void {
  let handler: Promise<(name: string, req: IncomingMessage, res: ServerResponse) => void> | undefined;
  const prefix = `${path}/`;
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (req, res) => {
    const name = requestedName(req, prefix);
    if (name === undefined) {
      for (const listener of listeners) listener.call(server, req, res);
      return;
    }
    handler ??= import("./handler.js").then((module) => module.clientFilesHandler(files, cors));
    handler.then((handle) => handle(name, req, res));
  });
}

/** The bundle that a request asks for, if it does. */
function requestedName({ method, url = "" }: IncomingMessage, prefix: string): string | undefined {
  if (!url.startsWith(prefix) || (method !== "GET" && method !== "HEAD")) return undefined;
  const query = url.indexOf("?");
  const name = url.slice(prefix.length, query < 0 ? undefined : query);
  return NAMES.has(name) ? name : undefined;
}
