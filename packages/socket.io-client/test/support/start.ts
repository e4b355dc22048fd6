import { createServer } from "node:http";
import type { Server, ServerOptions } from "published-socket.io";
import { listen } from "testkit";
import { afterEach } from "vitest";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "../../src/index.js";

export type ServerClass = new (options?: Partial<ServerOptions>) => Server;
export type ClientOptions = Partial<ManagerOptions & SocketOptions>;

export interface Running {
  /** A new one after each restart. */
  io: Server;
  readonly url: string;
  /** A client that the test's end closes, quick to reconnect unless `options` say otherwise. */
  connect(nsp?: string, options?: ClientOptions): Socket;
  /** Stops listening and drops every connection. */
  kill(): Promise<void>;
  /** Listens again on the same port. */
  restart(setUp?: (io: Server) => void): Promise<void>;
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs `cleanup` after the test, later ones first. */
export function onEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Starts a server for one test. */
export async function start(
  ServerImpl: ServerClass,
  clientOptions: ClientOptions = {},
  serverOptions: Partial<ServerOptions> = {},
): Promise<Running> {
  const launch = async (port: number) => {
    const http = createServer();
    const server = new ServerImpl(serverOptions);
    server.attach(http);
    const { url, ...listening } = await listen(http, { port });
    const close = async () => {
      // Both at once: each waits for connections that the other ends.
      await Promise.all([server.close(), listening.close()]);
    };
    return { server, url, port: listening.port, close };
  };
  let current = await launch(0);
  onEnd(() => current.close());
  const { url, port } = current;
  const running: Running = {
    io: current.server,
    url,
    connect(nsp = "/", options) {
      const socket = io(url + nsp, {
        forceNew: true,
        reconnectionDelay: 10,
        reconnectionDelayMax: 50,
        ...clientOptions,
        ...options,
      });
      onEnd(() => socket.disconnect());
      return socket;
    },
    kill: () => current.close(),
    async restart(setUp) {
      current = await launch(port);
      running.io = current.server;
      setUp?.(running.io);
    },
  };
  return running;
}
