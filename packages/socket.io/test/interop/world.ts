import { createServer } from "node:http";
import type { ServerOptions, Socket as ServerSocket } from "published-socket.io";
import { DEFAULT_TIMEOUT, type FaultProxy, type Listening, listen, startFaultProxy, waitFor } from "testkit";
import { vi } from "vitest";
import type {
  ClientImplementation,
  ClientOptions,
  ServerImplementation,
  TestClient,
  TestServer,
} from "./implementations.js";

export type TransportNames = ("polling" | "websocket")[];

export interface Pair {
  client: ClientImplementation;
  server: ServerImplementation;
  transports: TransportNames;
}

/** One server, its clients, and a proxy between them where asked for. Everything it made is closed by `end()`. */
export class World {
  io!: TestServer;
  readonly #pair: Pair;
  readonly #clients: TestClient[] = [];
  #listening!: Listening;
  #proxy: FaultProxy | undefined;

  constructor(pair: Pair) {
    this.#pair = pair;
  }

  get url(): string {
    return this.#proxy?.url ?? this.#listening.url;
  }

  get proxy(): FaultProxy {
    if (this.#proxy === undefined) throw new Error("no proxy: call useProxy() first");
    return this.#proxy;
  }

  async start(options: Partial<ServerOptions> = {}, port = 0): Promise<TestServer> {
    const httpServer = createServer();
    this.io = this.#pair.server.create(httpServer, { transports: this.#pair.transports, ...options });
    this.#listening = await listen(httpServer, { port });
    return this.io;
  }

  async useProxy(): Promise<FaultProxy> {
    this.#proxy = await startFaultProxy({ target: this.#listening.url });
    return this.#proxy;
  }

  /** Stops the server with its connections, and gives the port it was on. */
  async stop(): Promise<number> {
    const { port } = this.#listening;
    await this.io.close();
    await this.#listening.close();
    return port;
  }

  /** A client that begins to connect. */
  client(nsp = "/", options: ClientOptions = {}): TestClient {
    const socket = this.#pair.client.connect(this.url + nsp, {
      transports: this.#pair.transports,
      forceNew: true,
      reconnectionDelay: 20,
      reconnectionDelayMax: 50,
      ...options,
    });
    this.#clients.push(socket);
    return socket;
  }

  /** A connected client and its other end. */
  async connected(
    nsp = "/",
    options: ClientOptions = {},
  ): Promise<{ client: TestClient; socket: ServerSocket }> {
    const accepted = waitFor<[ServerSocket]>(this.io.of(nsp), "connection");
    const client = this.client(nsp, options);
    const [socket] = await accepted;
    if (!client.connected) await waitFor(client, "connect", { rejectOn: ["connect_error"] });
    return { client, socket };
  }

  /** Waits until the last of the transports is in use, with a request in flight if it is polling: one that can be broken. */
  async settled({ conn }: ServerSocket): Promise<void> {
    const last = this.#pair.transports.at(-1);
    await vi.waitUntil(() => conn.transport.name === last && conn.transport.writable, {
      interval: 5,
      timeout: DEFAULT_TIMEOUT,
    });
  }

  async end(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    // first, since a connection the proxy holds still would hold the server too
    await this.#proxy?.close();
    await this.stop();
  }
}
