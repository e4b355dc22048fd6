import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ClusterLink } from "./link.js";
import { takeOrigin } from "./relay-headers.js";
import { MAX_HEADER_SIZE } from "./relay-request.js";

// A node that is busy for a moment must not look as if it were gone. The system has the last word.
const BACKLOG = 4096;

/** Who answers the requests that other nodes relay. */
export interface InboxOwner {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Where a node takes the requests that others relay to it, as an HTTP server that no client knows of. */
export class Inbox {
  readonly #link: ClusterLink;
  readonly #owner: InboxOwner;
  #server: Server | undefined;

  constructor(link: ClusterLink, owner: InboxOwner) {
    this.#link = link;
    this.#owner = owner;
  }

  open(): void {
    if (this.#server) return;
    // Who relays has limits of its own. A connection that is closed for being idle would fail the request that is on its way.
    const server = createServer({
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
      maxHeaderSize: MAX_HEADER_SIZE,
    });
    server.on("request", (request, response) => {
      if (this.#admit(request)) this.#owner.request(request, response);
      else response.writeHead(403).end();
    });
    server.on("upgrade", (request, socket, head) => {
      if (this.#admit(request)) this.#owner.upgrade(request, socket, head);
      else socket.destroy();
    });
    // It is the clients' server that keeps the process alive.
    server.on("connection", (socket) => socket.unref());
    // Exclusive: otherwise the primary of `node:cluster` would take the connections, and outlive this process with them.
    server.listen({ ...this.#link.address, exclusive: true, backlog: BACKLOG });
    server.unref();
    this.#server = server;
  }

  /** Takes no more connections. Answers that are on their way arrive. */
  close(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  #admit(request: IncomingMessage): boolean {
    const origin = takeOrigin(request, this.#link.secret);
    if (!origin) return false;
    // Of the client, for the middlewares and listeners that ask: one connection carries the requests of many, one after the other.
    for (const [name, value] of Object.entries(origin)) {
      Object.defineProperty(request.socket, name, { value, configurable: true });
    }
    return true;
  }
}
