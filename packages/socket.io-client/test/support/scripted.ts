import { createServer } from "node:http";
import { type Socket as Connection, Server } from "published-engine.io";
import { listen, Queue } from "testkit";
import { onEnd } from "./start.js";

export interface Scripted {
  readonly url: string;
  /** What the clients sent, as it arrived. */
  readonly received: Queue<string>;
  readonly connections: Queue<Connection>;
}

/** A bare Engine.IO server: `script` answers each message of a client, and can answer anything at all. */
export async function scripted(script: (connection: Connection, message: string) => void): Promise<Scripted> {
  const http = createServer();
  const engine = new Server();
  engine.attach(http, { path: "/socket.io" });
  const received = new Queue<string>("messages of the client");
  const connections = new Queue<Connection>("connections");
  engine.on("connection", (connection: Connection) => {
    connections.push(connection);
    connection.on("message", (message) => {
      received.push(String(message));
      script(connection, String(message));
    });
  });
  const { url, close } = await listen(http);
  onEnd(close);
  return { url, received, connections };
}
