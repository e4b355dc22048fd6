import { createServer } from "node:http";
import type { Server, ServerOptions, Socket } from "published-socket.io";
import { type Listening, listen, waitFor } from "testkit";
import {
  ourClient,
  type ServerImplementation,
  type TestClient,
  type TestServer,
} from "../../interop/implementations.js";

/** One server of several, with its clients. */
export class Node {
  readonly io: TestServer;
  readonly #clients: TestClient[] = [];
  readonly #httpServer = createServer();
  #listening!: Listening;

  constructor(implementation: ServerImplementation, options: Partial<ServerOptions>) {
    this.io = implementation.create(this.#httpServer, options) as Server;
  }

  async listen(): Promise<this> {
    this.#listening = await listen(this.#httpServer);
    return this;
  }

  get url(): string {
    return this.#listening.url;
  }

  /** A connected client and its other end. */
  async connect(nsp = "/"): Promise<{ client: TestClient; socket: Socket }> {
    const accepted = waitFor<[Socket]>(this.io.of(nsp), "connection");
    const client = ourClient.connect(this.url + nsp, { forceNew: true, transports: ["websocket"] });
    this.#clients.push(client);
    const [[socket]] = await Promise.all([accepted, waitFor(client, "connect")]);
    return { client, socket };
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.io.close();
    await this.#listening.close();
  }
}
