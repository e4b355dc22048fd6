import type { Server as HttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

export interface ListenOptions {
  /** @default 0: the system picks a free one */
  port?: number;
  /** For the url. @default "http" */
  scheme?: "http" | "https";
}

export interface Listening {
  readonly port: number;
  /** Such as `http://127.0.0.1:41234`, without a trailing slash. */
  readonly url: string;
  /** Closes the server and destroys the connections it still has, upgraded ones too. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1.
 *
 * @example
 * const { url, close } = await listen(createServer(app));
 */
export async function listen(
  server: Server | HttpServer,
  { port = 0, scheme = "http" }: ListenOptions = {},
): Promise<Listening> {
  const connections = new Set<Socket>();
  const onConnection = (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  };
  server.on("connection", onConnection);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `${scheme}://127.0.0.1:${address.port}`,
    async close() {
      const closed = new Promise<void>((resolve) => {
        if (server.listening) server.close(() => resolve());
        else resolve();
      });
      for (const socket of connections) socket.destroy();
      await closed;
      server.off("connection", onConnection);
    },
  };
}

/** A port nobody listens on at the moment. Prefer port 0 wherever the port may be told afterwards. */
export async function freePort(): Promise<number> {
  const { port, close } = await listen(createServer());
  await close();
  return port;
}
