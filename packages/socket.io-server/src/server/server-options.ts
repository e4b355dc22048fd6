import type { AttachOptions, ServerOptions as EngineOptions } from "engine.io";
import type { Adapter, Room, SocketId } from "socket.io-adapter";
import type { Parser } from "../client/parser-contract.js";
import { codedError } from "../errors.js";
import type { ErrorHandler } from "../listeners/error-hook.js";
import type { Handshake } from "../socket/handshake.js";

// What an adapter is known by: one may extend another copy of the base class, whose private parts have other types.
type AdapterLike = Pick<Adapter, "nsp" | "rooms" | "sids" | "addAll" | "del" | "delAll" | "broadcast">;

// A class, or a function that returns an instance; adapters are written for namespaces of any event map.
export type AdapterConstructor =
  // biome-ignore lint/suspicious/noExplicitAny: reason: see above
  (new (nsp: any) => AdapterLike) | ((nsp: any) => AdapterLike);

export interface ConnectionStateRecoveryOptions {
  /**
   * For how many milliseconds after a disconnection the session is kept.
   * @default 120000
   */
  maxDisconnectionDuration?: number;
  /**
   * Whether the middleware of the namespace is skipped when a session is restored.
   * @default true
   */
  skipMiddlewares?: boolean;
  /**
   * About how many bytes the packets that are kept for each namespace may take in memory; the oldest are dropped for new ones.
   * Adapters that keep packets elsewhere have limits of their own. No limit unless given.
   */
  maxBytes?: number;
  /**
   * Decides, each time, whether a session may be recovered: for a login that may have been revoked in between. Unless it returns
   * `true`, or a promise of it, the session is dropped and the client comes in as a new one, through the middleware. If it throws or
   * its promise is rejected, the client is refused with that error.
   *
   * @example
   * revalidate: async (handshake, session) => isValid(handshake.auth.token, session.data.userId)
   */
  revalidate?(handshake: Handshake, session: RecoverableSession): boolean | PromiseLike<boolean>;
}

/** What is kept of a socket whose connection was lost. */
export interface RecoverableSession {
  /** The id of the socket. */
  readonly sid: SocketId;
  readonly rooms: readonly Room[];
  // biome-ignore lint/suspicious/noExplicitAny: reason: it is what the application keeps with the socket
  readonly data: any;
}

export interface ServerOptions extends EngineOptions, AttachOptions {
  /**
   * The path that is served.
   * @default "/socket.io"
   */
  path: string;
  /**
   * Whether the browser bundles are served, where there are some.
   * @default true
   */
  serveClient: boolean;
  /** The adapter: a class, or a function that makes one for a namespace. In memory unless given. */
  adapter: AdapterConstructor;
  /** The encoder and decoder of packets; clients must use the same. `socket.io-parser` unless given. */
  // biome-ignore lint/suspicious/noExplicitAny: reason: published so; parsers come with types of their own packets
  parser: any;
  /**
   * How many milliseconds a client has to join a namespace.
   * @default 45000
   */
  connectTimeout: number;
  /** Lets a client that was cut off come back to its id, rooms, data and the packets it missed. Off unless given. */
  connectionStateRecovery: ConnectionStateRecoveryOptions;
  /**
   * Whether a namespace made by a regular expression or a function is removed when its last socket has gone.
   * @default false
   */
  cleanupEmptyChildNamespaces: boolean;
  /** The handler that `io.onError()` sets. Errors are uncaught unless given. */
  onError: ErrorHandler;
  /**
   * Whether a client that waits for an acknowledgement is told when its event could not be handled: the acknowledgement is then
   * `{ error: { code, message } }`. Needs a handler for errors.
   * @default false
   */
  ackErrors: boolean;
  /**
   * Whether the promise of `socket.emitWithAck()` without a timeout is rejected, with code `ERR_SOCKET_DISCONNECTED`, when the client
   * goes away. Otherwise it stays pending, as in 4.8, where nobody catches it. With a timeout it is rejected in any case.
   * @default false
   */
  rejectAcksOnDisconnect: boolean;
}

export const DEFAULTS = {
  path: "/socket.io",
  serveClient: true,
  connectTimeout: 45_000,
  cleanupEmptyChildNamespaces: false,
} as const;

type ResolvedRecoveryOptions = ConnectionStateRecoveryOptions & {
  maxDisconnectionDuration: number;
  skipMiddlewares: boolean;
};

const RECOVERY_DEFAULTS = { maxDisconnectionDuration: 120_000, skipMiddlewares: true } as const;

/** The options that were given, with those of the server itself completed. */
export type ResolvedServerOptions = Partial<Omit<ServerOptions, "connectionStateRecovery">> & {
  readonly cleanupEmptyChildNamespaces: boolean;
  readonly connectionStateRecovery?: ResolvedRecoveryOptions;
};

/**
 * Checks and completes the options of the server, those of the engine are its own to check. `options` is left as it is.
 *
 * @throws Error with code `ERR_INVALID_OPTION`
 */
export function resolveServerOptions(options: Partial<ServerOptions> = {}): ResolvedServerOptions {
  const { connectionStateRecovery: recovery, ...given } = options;
  if (given.path !== undefined && (typeof given.path !== "string" || !given.path.startsWith("/"))) {
    invalid(`"path" must be a string that starts with a slash, not ${JSON.stringify(given.path)}`);
  }
  checkDelay("connectTimeout", given.connectTimeout);
  if (given.adapter !== undefined && typeof given.adapter !== "function") {
    invalid(
      '"adapter" must be a class or a function, such as createAdapter(…); not what it returns when called',
    );
  }
  if (given.parser !== undefined && !isParser(given.parser)) {
    invalid('"parser" must have an Encoder and a Decoder class');
  }
  if (given.onError !== undefined && typeof given.onError !== "function")
    invalid('"onError" must be a function');
  const resolved = { cleanupEmptyChildNamespaces: DEFAULTS.cleanupEmptyChildNamespaces, ...given };
  if (!recovery) return resolved;
  checkDelay("connectionStateRecovery.maxDisconnectionDuration", recovery.maxDisconnectionDuration);
  const { maxBytes, revalidate } = recovery;
  if (maxBytes !== undefined && !(typeof maxBytes === "number" && maxBytes > 0)) {
    invalid(`"connectionStateRecovery.maxBytes" must be a number of bytes above 0, not ${maxBytes}`);
  }
  if (revalidate !== undefined && typeof revalidate !== "function") {
    invalid('"connectionStateRecovery.revalidate" must be a function');
  }
  return { ...resolved, connectionStateRecovery: { ...RECOVERY_DEFAULTS, ...recovery } };
}

function checkDelay(name: string, value: number | undefined): void {
  if (value !== undefined && !(typeof value === "number" && value >= 0)) {
    invalid(`"${name}" must be a number of milliseconds from 0 up, not ${value}`);
  }
}

function isParser(value: unknown): value is Parser {
  const { Encoder, Decoder } = (value ?? {}) as Partial<Parser>;
  return typeof Encoder === "function" && typeof Decoder === "function";
}

function invalid(message: string): never {
  throw codedError("ERR_INVALID_OPTION", message);
}
