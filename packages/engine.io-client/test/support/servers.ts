import { createServer, type Server } from "node:http";
import * as ours from "engine.io";
import * as published from "published-engine.io";
import { type Listening, listen } from "testkit";

/** What the tests use of a connection, at the server. */
export interface ServerSocket {
  id: string;
  readyState: string;
  transport: { name: string };
  request: { headers: Record<string, string | undefined>; url: string };
  send(data: unknown, options?: object, callback?: () => void): unknown;
  close(discard?: boolean): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

interface EngineServer {
  clients: Record<string, ServerSocket>;
  clientsCount: number;
  on(event: string, listener: (...args: never[]) => void): unknown;
  close(): unknown;
}

type Attach = (server: Server, options: object) => EngineServer;

/** The servers that the client is tested against. */
export const SERVERS: Record<string, Attach> = {
  "published engine.io": published.attach as unknown as Attach,
  "our engine.io": ours.attach as unknown as Attach,
};

export interface Running {
  url: string;
  port: number;
  http: Server;
  engine: EngineServer;
  close(): Promise<void>;
}

/** Starts a server which, unless told otherwise, sends back what it gets. */
export async function start(
  attach: Attach,
  {
    options = {},
    http = createServer(),
    onConnection = (socket: ServerSocket) => {
      socket.on("message", (data: unknown) => socket.send(data));
    },
  }: { options?: object; http?: Server; onConnection?: (socket: ServerSocket) => void } = {},
): Promise<Running> {
  const engine = attach(http, options);
  engine.on("connection", onConnection);
  const scheme = "setSecureContext" in http ? "https" : "http";
  const listening: Listening = await listen(http, { scheme });
  return {
    url: listening.url,
    port: listening.port,
    http,
    engine,
    async close() {
      engine.close();
      await listening.close();
    },
  };
}
