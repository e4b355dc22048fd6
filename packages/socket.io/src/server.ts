import type { IncomingMessage, ServerResponse } from "node:http";
import {
  Server as BaseServer,
  type ClientFiles,
  type DefaultEventsMap,
  type EventsMap,
} from "socket.io-server";
import { bundlePath } from "./client-bundles.js";

/**
 * The Socket.IO server, serving the browser bundles.
 *
 * @example
 * const io = new Server(httpServer);
 * io.on("connection", (socket) => socket.emit("hello", "world"));
 */
export class Server<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  // biome-ignore lint/suspicious/noExplicitAny: reason: `data` is of any shape unless the application says so
  SocketData = any,
> extends BaseServer<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
  /**
   * Answers a request with a browser bundle, for hosts that route by themselves; with 404 for any other name.
   *
   * @param filename - such as `socket.io.min.js`
   * @example
   * app.get("/bundle.js", (req, res) => Server.sendFile("socket.io.min.js", req, res));
   */
  static override async sendFile(filename: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = bundlePath(filename);
    if (path !== undefined) return BaseServer.sendFile(path, req, res);
    res.writeHead(404);
    res.end();
  }

  protected override _clientFiles(): ClientFiles {
    return { resolve: bundlePath };
  }
}
