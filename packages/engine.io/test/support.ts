import { createServer } from "node:http";
import { Socket as Client, type SocketOptions } from "published-engine.io-client";
import {
  type HttpReply,
  type HttpRequestOptions,
  httpRequest,
  listen,
  openPolling,
  openWebSocket,
} from "testkit";
import { onTestFinished } from "vitest";
import type { EngineRequest } from "../src/index.js";
import { type AttachOptions, Server, type ServerOptions, type Socket } from "../src/index.js";

export type ServerSocket = Socket<EngineRequest>;

export const PATH = "/engine.io/";

/** What it takes to put an engine, ours or the published one, on an HTTP server. */
interface Attachable {
  attach(server: ReturnType<typeof createServer>): void;
  close(): unknown;
}

/** Runs an engine on an HTTP server of its own until `close()`. */
export async function serve(engine: Attachable) {
  const http = createServer();
  engine.attach(http);
  const { url, close } = await listen(http);
  return {
    url,
    close: async () => {
      engine.close();
      await close();
    },
  };
}

/** A running engine of ours, closed when the test is over. */
export async function startEngine(options: ServerOptions = {}, attachOptions: AttachOptions = {}) {
  const http = createServer();
  const engine = new Server(options);
  engine.attach(http, attachOptions);
  const { url, port, close } = await listen(http);
  onTestFinished(async () => {
    engine.close();
    await close();
  });
  const connected = () => new Promise<ServerSocket>((resolve) => engine.once("connection", resolve));
  return {
    engine,
    http,
    url,
    port,
    connected,
    request: (query: string, more?: HttpRequestOptions): Promise<HttpReply> =>
      httpRequest(url, `${PATH}?${query}`, more),
    /** A polling session and its socket on the server. */
    async poll(query: Record<string, string> = {}) {
      const wire = await openPolling(url, { path: PATH, query });
      return { wire, socket: engine.clients[wire.handshake.sid] as ServerSocket };
    },
    /** A WebSocket session, its handshake read, and its socket on the server. */
    async ws(query: Record<string, string> = {}, ws = {}) {
      const wire = await openWebSocket(url, { path: PATH, query, ws });
      const handshake = JSON.parse((await wire.text()).slice(1)) as { sid: string };
      return { wire, handshake, socket: engine.clients[handshake.sid] as ServerSocket };
    },
    /** The published client. */
    client(clientOptions: Partial<SocketOptions> = {}) {
      const client = new Client(url, clientOptions);
      onTestFinished(() => {
        client.close();
      });
      return client;
    },
  };
}

/** Lets everything that is scheduled for now happen, I/O included, a number of times. */
export async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** Messages as strings: large buffers take long to compare, and longer to print. */
export function comparable(messages: readonly unknown[]): string[] {
  return messages.map((data) => (Buffer.isBuffer(data) ? `bytes ${data.toString("latin1")}` : String(data)));
}
