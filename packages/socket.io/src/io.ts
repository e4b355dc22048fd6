import {
  type DefaultEventsMap,
  type EventsMap,
  Namespace,
  type ServerOptions,
  Socket,
} from "socket.io-server";
import { Server } from "./server.js";

/** An HTTP server or a port; options alone to attach later. */
type Listenable = ConstructorParameters<typeof Server>[0] | string;

/**
 * Creates a server: the same as `new Server(srv, opts)`. It is what `require("socket.io")` gives.
 *
 * @param srv - an HTTP server or a port; options alone to attach later
 * @throws Error with code `ERR_INVALID_HTTP_SERVER` or `ERR_INVALID_OPTION`
 * @example
 * const io = require("socket.io")(httpServer);
 */
function createServer<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  // biome-ignore lint/suspicious/noExplicitAny: reason: `data` is of any shape unless the application says so
  SocketData = any,
>(
  srv?: Listenable,
  opts?: Partial<ServerOptions>,
): Server<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
  return new Server(srv as Exclude<Listenable, string>, opts);
}

/**
 * Creates a server under the name it had in the original API.
 *
 * @param callback - called once the HTTP server listens
 * @example
 * const io = require("socket.io").listen(3000);
 */
function listen(
  srv: Listenable,
  opts?: Partial<ServerOptions> | (() => void),
  callback: (() => void) | undefined = typeof opts === "function" ? opts : undefined,
): Server {
  const io = createServer(srv, typeof opts === "function" ? undefined : opts);
  if (callback) io.httpServer.once("listening", callback);
  return io;
}

interface CallableModule {
  listen: typeof listen;
  Server: typeof Server;
  Namespace: typeof Namespace;
  Socket: typeof Socket;
}

export const io: typeof createServer & CallableModule = Object.assign(createServer, {
  listen,
  Server,
  Namespace,
  Socket,
});
