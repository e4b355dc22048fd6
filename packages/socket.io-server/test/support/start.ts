import { createServer } from "node:http";
import { Server as PublishedServer } from "published-socket.io";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "published-socket.io-client";
import { listen } from "testkit";
import { Server, type ServerOptions } from "../../src/index.js";

type ClientSocket = Socket;
export type ServerImplementation = typeof Server;

/** Ours, and the published one under the same types. */
export const implementations = {
  ours: Server,
  published: PublishedServer as unknown as ServerImplementation,
};

export interface Started {
  readonly io: Server;
  readonly url: string;
  readonly port: number;
  /** A published client; `nsp` such as `/chat`. */
  connect(nsp?: string, options?: Partial<ManagerOptions & SocketOptions>): ClientSocket;
  close(): Promise<void>;
}

/** Starts a server on a free port, and closes all that came of it. */
export async function start(
  options: Partial<ServerOptions> = {},
  Implementation: ServerImplementation = Server,
): Promise<Started> {
  const http = createServer();
  const server = new Implementation(http, options);
  const listening = await listen(http);
  const clients: ClientSocket[] = [];
  return {
    io: server,
    url: listening.url,
    port: listening.port,
    connect(nsp = "/", clientOptions = {}) {
      const client = io(`${listening.url}${nsp}`, { forceNew: true, reconnection: false, ...clientOptions });
      clients.push(client);
      return client;
    },
    async close() {
      for (const client of clients) client.disconnect();
      await server.close();
      await listening.close();
    },
  };
}

/** Settles when what was queued for this turn of the event loop, and the I/O of the next one, is done. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
