import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Packet, RawData } from "engine.io-parser";
import type { Connection } from "socket.io-server";

export interface Heartbeat {
  pingInterval: number;
  pingTimeout: number;
}

/** The server's end of a connection: what `io.bind()` asks of an engine. */
export class ServerEnd extends EventEmitter implements Connection {
  readonly id: string;
  readonly protocol = 4;
  readonly request: IncomingMessage;
  readonly remoteAddress = "127.0.0.1";
  readonly transport = { name: "memory", writable: true };
  readyState: Connection["readyState"] = "open";
  readonly #toClient: (packet: Packet) => void;
  readonly #heartbeat: Heartbeat;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    id: string,
    request: IncomingMessage,
    heartbeat: Heartbeat,
    toClient: (packet: Packet) => void,
  ) {
    super();
    this.id = id;
    this.request = request;
    this.#heartbeat = heartbeat;
    this.#toClient = toClient;
    this.#waitToPing();
  }

  write(data: RawData): void {
    if (this.readyState === "open") this.#toClient({ type: "message", data });
  }

  close(): void {
    if (this.readyState !== "open") return;
    this.#toClient({ type: "close" });
    this.end("forced close");
  }

  /** A packet of the client has arrived. */
  receive({ type, data }: Packet): void {
    if (this.readyState !== "open") return;
    if (type === "message") this.emit("data", data);
    else if (type === "pong") this.#waitToPing();
    else if (type === "close") this.end("transport close");
  }

  end(reason: string): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    clearTimeout(this.#timer);
    this.emit("close", reason);
  }

  #waitToPing(): void {
    const { pingInterval, pingTimeout } = this.#heartbeat;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#toClient({ type: "ping" });
      this.#timer = setTimeout(() => this.end("ping timeout"), pingTimeout);
    }, pingInterval);
  }
}
