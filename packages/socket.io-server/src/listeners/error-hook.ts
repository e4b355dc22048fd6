// biome-ignore-all lint/suspicious/noExplicitAny: reason: `data` and arguments are of any shape
import { surface } from "../errors.js";
import type { Handshake } from "../socket/handshake.js";
import { isThenable } from "./middleware.js";

const CODES = {
  event: "ERR_EVENT_LISTENER",
  "catch-all": "ERR_CATCH_ALL_LISTENER",
  ack: "ERR_ACK_CALLBACK",
  connection: "ERR_CONNECTION_LISTENER",
  disconnecting: "ERR_DISCONNECTING_LISTENER",
  disconnect: "ERR_DISCONNECT_LISTENER",
  error: "ERR_ERROR_LISTENER",
  middleware: "ERR_MIDDLEWARE",
  "socket-middleware": "ERR_SOCKET_MIDDLEWARE",
  "new-namespace": "ERR_NEW_NAMESPACE_LISTENER",
  "server-side-event": "ERR_SERVER_SIDE_LISTENER",
  contract: "ERR_CONTRACT",
} as const;

/**
 * What failed: a listener for an `event` of a client, a `catch-all` listener, the callback of an `ack`, a listener for `connection`,
 * `disconnecting`, `disconnect` or `error`, a `middleware` of a namespace or of a socket, a listener for `new_namespace`, or one for an
 * event that another server has sent; or what a client sent and the `contract` does not allow.
 */
export type ErrorKind = keyof typeof CODES;

/** What an error handler can know of a socket without its types. */
export interface ErrorContextSocket {
  readonly id: string;
  readonly data: any;
  readonly rooms: Set<string>;
  readonly handshake: Handshake;
  disconnect(close?: boolean): unknown;
}

/** Where an error came from. */
export interface ErrorContext<Socket = ErrorContextSocket, Namespace = { readonly name: string }> {
  /** One for each kind: `ERR_EVENT_LISTENER`, `ERR_MIDDLEWARE`, … */
  readonly code: (typeof CODES)[ErrorKind];
  readonly kind: ErrorKind;
  readonly nsp: Namespace;
  /** Absent where no socket was concerned. */
  readonly socket?: Socket;
  /** The name of the event. Absent for the middleware of a namespace and for acknowledgements. */
  readonly event?: string;
  /** What the function was called with. */
  readonly args: readonly unknown[];
}

/**
 * Told of each error that a function of the application threw, or that its promise was rejected with. What a handler throws itself
 * is uncaught.
 */
export type ErrorHandler<Socket = ErrorContextSocket, Namespace = { readonly name: string }> = (
  error: unknown,
  context: ErrorContext<Socket, Namespace>,
) => unknown;

/** On whose behalf a function of the application is called. */
export interface CallOrigin {
  readonly kind: ErrorKind;
  readonly nsp: { readonly name: string };
  readonly socket?: object;
  readonly event?: string;
  /** Answers the client that waits for the outcome. */
  readonly ack?: ((reply: ErrorReply) => void) | undefined;
}

/** What a client gets as acknowledgement of an event that could not be handled. */
export interface ErrorReply {
  error: { code: string; message: string; issues?: unknown[] };
}

/** Calls functions of the application, and knows where their errors go: to the handler, or nowhere but up. */
export class ErrorHook {
  handler: ErrorHandler<any, any> | undefined;
  /** Whether clients are answered when what they sent could not be handled. */
  readonly #replies: boolean;

  constructor(handler: ErrorHandler<any, any> | undefined, replies: boolean) {
    this.handler = handler;
    this.#replies = replies;
  }

  /** Calls every one of the functions; one that throws stops neither the others nor the caller, and still surfaces. */
  callAll(
    self: unknown,
    listeners: readonly ((...args: never[]) => unknown)[],
    args: readonly unknown[],
    origin: CallOrigin,
  ): void {
    for (const listener of listeners) {
      try {
        const result: unknown = listener.apply(self, args as never[]);
        if (this.handler && isThenable(result)) {
          result.then(undefined, (error: unknown) => this.report(error, args, origin));
        }
      } catch (error) {
        this.report(error, args, origin);
      }
    }
  }

  report(error: unknown, args: readonly unknown[], origin: CallOrigin): void {
    const { handler } = this;
    if (!handler) {
      surface(error);
      return;
    }
    const { ack, ...where } = origin;
    const code = CODES[origin.kind];
    try {
      // The message is for the operator, not for whoever sent the event.
      this.reply(ack, { code, message: "the event could not be handled" });
      const result = handler(error, { ...where, code, args });
      if (isThenable(result)) result.then(undefined, surface);
    } catch (failure) {
      surface(failure);
    }
  }

  /** Answers a client that waits, where that is wanted. */
  reply(ack: CallOrigin["ack"], error: ErrorReply["error"]): void {
    if (this.handler && this.#replies) ack?.({ error });
  }
}
