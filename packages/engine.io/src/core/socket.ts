import { TypedEmitter } from "typed-emitter";
import type { ConnectionState } from "./connection-state.js";
import type { EngineRequest, RawData, SendOptions } from "./contract.js";
import type { SendCallback } from "./outbox.js";
import type { PreparedMessage } from "./prepared-message.js";
import { Session } from "./session.js";
import type { SessionHost, SocketEvents, SocketServer } from "./session-host.js";
import type { Transport } from "./transport.js";

export interface SocketInit<Request extends EngineRequest> {
  readonly id: string;
  readonly request: Request;
  readonly remoteAddress: string;
  readonly transport: Transport;
  readonly server: SocketServer<Socket<Request>, Request>;
  readonly host: SessionHost<Socket<Request>>;
}

/**
 * A session with one client, over whatever transport it uses at the moment. Sockets come with the `connection` event of a server.
 *
 * @example
 * server.on("connection", (socket) => {
 *   socket.on("message", (data) => socket.send(data));
 *   socket.on("close", (reason) => console.log(socket.id, reason));
 * });
 */
export class Socket<Request extends EngineRequest = EngineRequest> extends TypedEmitter<SocketEvents> {
  /** The revision of the protocol: 4, or 3 where that is allowed. */
  readonly protocol: number;
  /** The first request of the session. */
  readonly request: Request;
  readonly remoteAddress: string;
  readonly server: SocketServer<Socket<Request>, Request>;
  readonly #session: Session<Socket<Request>>;

  /** For the server that the socket belongs to. */
  static sessionOf: <R extends EngineRequest>(socket: Socket<R>) => Session<Socket<R>>;

  static {
    Socket.sessionOf = (socket) => socket.#session;
  }

  /** @internal */
  constructor({ id, request, remoteAddress, transport, server, host }: SocketInit<Request>) {
    super();
    this.protocol = transport.protocol;
    this.request = request;
    this.remoteAddress = remoteAddress;
    this.server = server;
    this.#session = new Session<Socket<Request>>(this, host, id, transport);
  }

  /** The session id. Who knows it can take over the session: it is a secret between the client and the server. */
  get id(): string {
    return this.#session.id;
  }

  get readyState(): ConnectionState {
    return this.#session.state;
  }

  /** The transport in use. */
  get transport(): Transport {
    return this.#session.transport;
  }

  /** Whether the client is about to move to another transport. */
  get upgrading(): boolean {
    return this.#session.isUpgrading;
  }

  /** Whether it has moved. */
  get upgraded(): boolean {
    return this.#session.hasUpgraded;
  }

  /**
   * Bytes written and not yet handed to the system, with what the transport adds. Text that waits for the transport counts one byte
   * for each UTF-16 code unit. `maxBufferedBytes` limits it; `drain` is the event to wait for.
   *
   * @example
   * source.on("data", (chunk) => {
   *   socket.send(chunk);
   *   if (socket.bufferedAmount > 1e6) source.pause();
   * });
   * socket.on("drain", () => socket.bufferedAmount < 1e6 && source.resume());
   */
  get bufferedAmount(): number {
    return this.#session.bufferedAmount;
  }

  /**
   * Sends a message. What is written during one turn of the event loop leaves together. Does nothing once the socket is closing.
   *
   * @param callback - called with the transport once the message was handed over to it
   * @throws TypeError with the code `ERR_INVALID_MESSAGE` for what is neither text nor bytes
   */
  send(data: RawData, options?: SendOptions | SendCallback | null, callback?: SendCallback): this {
    if (typeof options === "function") this.#session.send(data, undefined, options);
    else this.#session.send(data, options, callback);
    return this;
  }

  /** Same as `send`. */
  write(data: RawData, options?: SendOptions | SendCallback | null, callback?: SendCallback): this {
    return this.send(data, options, callback);
  }

  /** Sends a message whose encoded form is shared with other sockets. */
  writePrepared(message: PreparedMessage, options?: SendOptions): this {
    this.#session.sendPrepared(message, options);
    return this;
  }

  /**
   * Closes the connection, after what was written before.
   *
   * @param discard - `true` to close at once, even if the transport cannot take now what was written
   */
  close(discard = false): this {
    this.#session.close(discard);
    return this;
  }
}
