/** What went wrong below the protocol. */
export class TransportError extends Error {
  readonly type = "TransportError";
  readonly code = "ERR_TRANSPORT";
  declare readonly description: unknown;
  declare readonly context: unknown;

  /**
   * @param reason - the message, such as "xhr poll error" or "websocket error"
   * @param description - an HTTP status (0 when there was no answer) or the underlying error event
   * @param context - the request or response concerned, if any
   */
  constructor(reason: string, description: unknown, context?: unknown) {
    super(reason);
    this.description = description;
    this.context = context;
  }
}
