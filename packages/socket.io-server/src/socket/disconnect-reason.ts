/** Why a socket was disconnected. */
export type DisconnectReason =
  /** The transport failed. */
  | "transport error"
  /** The client went away. */
  | "transport close"
  /** The engine closed the connection. */
  | "forced close"
  /** The client did not answer in time. */
  | "ping timeout"
  /** The client sent what breaks the protocol. */
  | "parse error"
  /** The server was closed. */
  | "server shutting down"
  /** The client joined no namespace in time, or the server closed the connection. */
  | "forced server close"
  /** The client left the namespace. */
  | "client namespace disconnect"
  /** The server disconnected the socket. */
  | "server namespace disconnect";

const RECOVERABLE: ReadonlySet<DisconnectReason> = new Set<DisconnectReason>([
  "transport error",
  "transport close",
  "forced close",
  "ping timeout",
  "server shutting down",
  "forced server close",
]);

/** Whether a client may come back to the session it had; not after either side has ended it on purpose. */
export function isRecoverable(reason: DisconnectReason): boolean {
  return RECOVERABLE.has(reason);
}
