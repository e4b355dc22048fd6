import type { Socket as Engine, SocketOptions as EngineOptions } from "engine.io-client";
import type { Packet as ParserPacket } from "socket.io-parser";
import type { Emitter } from "./emitter.js";
import type { ManagerOptions } from "./options.js";

export type { Engine };
export type EngineConstructor = new (uri?: string, opts?: EngineOptions) => Engine;

/** Why a connection ended: the error, or what the transport knows. */
export type DisconnectDescription = Error | { description: string; context?: unknown };

/** An error with what the server's middleware attached to it. */
export interface ExtendedError extends Error {
  // biome-ignore lint/suspicious/noExplicitAny: reason: any value the server's middleware chose
  data?: any;
}

/** A Socket.IO packet, with the engine's write options when there are some. */
export interface Packet extends ParserPacket {
  // biome-ignore lint/suspicious/noExplicitAny: reason: whatever was sent or arrived
  data?: any;
  options?: { compress: boolean };
}

/** Events of a {@link Manager}. */
export interface ManagerReservedEvents {
  /** The connection is open; namespaces are about to be joined. */
  open: () => void;
  /** The connection could not be opened, or failed. */
  error: (err: Error) => void;
  /** The server's heartbeat arrived. */
  ping: () => void;
  /** Any packet, of any namespace, arrived. */
  packet: (packet: Packet) => void;
  close: (reason: string, description?: DisconnectDescription) => void;
  /** All attempts are used up. */
  reconnect_failed: () => void;
  /** An attempt begins. */
  reconnect_attempt: (attempt: number) => void;
  reconnect_error: (err: Error) => void;
  reconnect: (attempt: number) => void;
}

/** Called with a value it sets it and returns the manager; called without, it returns the value. */
export interface Accessor<Value, Owner> {
  (): Value;
  (value: Value): Owner;
  (value?: Value): Value | Owner;
}

/**
 * One connection to a server, shared by the sockets of its namespaces; it reconnects when the connection is lost.
 *
 * @example
 * const manager = new Manager("https://example.com", { reconnectionDelayMax: 10_000 });
 * const chat = manager.socket("/chat");
 * manager.on("reconnect_attempt", (attempt) => {});
 */
export interface ManagerContract<NspSocket>
  extends Emitter<Record<never, never>, Record<never, never>, ManagerReservedEvents> {
  /** The Engine.IO connection: a new one for each attempt, `undefined` before the first. */
  engine: Engine;
  /** The options, read again at each attempt: change `query` or `extraHeaders` here to reconnect with other values. */
  opts: Partial<ManagerOptions>;
  /** The sockets, by namespace. */
  nsps: Record<string, NspSocket>;

  reconnection: Accessor<boolean, this>;
  reconnectionAttempts: Accessor<number, this>;
  /** Milliseconds. */
  reconnectionDelay: Accessor<number, this>;
  /** Milliseconds. */
  reconnectionDelayMax: Accessor<number, this>;
  randomizationFactor: Accessor<number, this>;
  /** Milliseconds, `false` for no limit. */
  timeout: Accessor<number | boolean, this>;

  /**
   * Connects, unless connected or connecting.
   *
   * @param fn called once, with the error when the attempt failed; nothing is retried then
   */
  open(fn?: (err?: Error) => void): this;
  /** Same as `open`. */
  connect(fn?: (err?: Error) => void): this;
  /** The socket of a namespace, the same one each time; connects it unless `autoConnect` is `false`. */
  socket(nsp: string, opts?: Partial<SocketOptions>): NspSocket;

  /** @internal */
  readonly _autoConnect: boolean;
  /** @internal */
  readonly _readyState: "opening" | "open" | "closed";
  /** @internal */
  readonly _reconnecting: boolean;
  /** Ends the connection of all namespaces, for good. @internal */
  _close(): void;
  /** Ends the connection if no namespace needs it any longer. @internal */
  _destroy(): void;
  /** @internal */
  _packet(packet: Packet): void;
  /** Calls `fn` later; returns what cancels it. @internal */
  _later(fn: () => void, ms: number): () => void;
}

/** Options of a {@link Socket}: one namespace. */
export interface SocketOptions {
  /**
   * What the server finds in `socket.handshake.auth`, or a function that hands it to its callback, once for each connection.
   *
   * @example
   * io({ auth: (cb) => cb({ token: localStorage.token }) });
   */
  // biome-ignore lint/suspicious/noExplicitAny: reason: an index signature of `any` alone accepts interfaces
  auth?: { [key: string]: any } | ((cb: (data: object) => void) => void);
  /**
   * Sends each event again until the server acknowledges it, this many times at most; an acknowledgement callback gets an error
   * first. A retry has the acknowledgement id of the first try, by which our server runs a handler once; with others it may see
   * an event twice.
   */
  retries?: number;
  /**
   * How many events with `retries` may be under way at a time. With one they stay in order; with more, one that is sent again
   * comes after those sent meanwhile.
   * @default 1
   */
  retryWindow?: number;
  /** Milliseconds to wait for an acknowledgement, unless `timeout()` says otherwise. */
  ackTimeout?: number;
}
