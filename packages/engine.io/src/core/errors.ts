/** The code of a refused request, as sent to the client and given by `connection_error`. */
export const ERRORS = {
  UNKNOWN_TRANSPORT: 0,
  UNKNOWN_SID: 1,
  BAD_HANDSHAKE_METHOD: 2,
  BAD_REQUEST: 3,
  FORBIDDEN: 4,
  UNSUPPORTED_PROTOCOL_VERSION: 5,
} as const;

export type ErrorCode = (typeof ERRORS)[keyof typeof ERRORS];

export const ERROR_MESSAGES = {
  0: "Transport unknown",
  1: "Session ID unknown",
  2: "Bad handshake method",
  3: "Bad request",
  4: "Forbidden",
  5: "Unsupported protocol version",
} as const satisfies Record<ErrorCode, string>;

/** What is known about a refusal besides its code; `name` tells apart the refusals that share code 3. */
export interface ErrorContext {
  name?: string;
  message?: string | null | undefined;
  [key: string]: unknown;
}

/** Why a request was refused. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly context: ErrorContext;
}

export function refuse(code: ErrorCode, context: ErrorContext = {}): Refusal {
  return { code, context };
}

/** The text that the client is told. */
export function refusalMessage({ code, context }: Refusal): string {
  return context.message || ERROR_MESSAGES[code];
}

/**
 * What ended a transport: the second argument of a `close` event whose reason is "transport error".
 *
 * `code` is stable, `description` is what the runtime reported, if anything.
 */
export class TransportError extends Error {
  readonly type = "TransportError";
  readonly code: string;
  readonly description: unknown;

  constructor(code: string, message: string, description?: unknown) {
    super(message);
    this.code = code;
    this.description = description;
  }
}

/** A wrong option. `code` is `ERR_INVALID_OPTION` or `ERR_UNSUPPORTED_OPTION`; the message says what to change. */
export class OptionError extends TypeError {
  readonly code: string;

  constructor(code: "ERR_INVALID_OPTION" | "ERR_UNSUPPORTED_OPTION", message: string) {
    super(message);
    this.code = code;
  }
}
