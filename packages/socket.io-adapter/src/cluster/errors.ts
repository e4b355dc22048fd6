/** What can go wrong between servers. */
export type ClusterErrorCode =
  /** A message could not be handed to the engine: the other servers do not get it. */
  | "ERR_PUBLISH_FAILED"
  /** An answer could not be handed to the engine: the server that asked goes on without it. */
  | "ERR_RESPONSE_FAILED"
  /** Something that is no message came in, and was dropped. Reported once; `stats.invalidMessages` counts them all. */
  | "ERR_INVALID_MESSAGE"
  /** A channel could not be listened to: what is sent there does not arrive. */
  | "ERR_SUBSCRIBE_FAILED"
  /** The connection to the engine had an error; its client library reconnects. */
  | "ERR_ENGINE"
  /** Servers did not answer in time. `responses` has what the others answered. */
  | "ERR_CLUSTER_TIMEOUT"
  /** How many servers there are could not be found out. `responses` has what is known here. */
  | "ERR_CLUSTER_UNAVAILABLE"
  /** The engine is too slow to tell where packets stand: they are delivered without an offset until it does. */
  | "ERR_OFFSET_TIMEOUT"
  /** A packet could not be delivered to the clients of this server. */
  | "ERR_DELIVERY_FAILED"
  /** The adapter was closed while answers were awaited. */
  | "ERR_ADAPTER_CLOSED";

/** An error between servers: the argument of the adapter's `error` event. */
export interface ClusterError extends Error {
  readonly code: ClusterErrorCode;
  readonly responses?: unknown[];
}

export function clusterError(
  code: ClusterErrorCode,
  message: string,
  details: { cause?: unknown; responses?: unknown[] } = {},
): ClusterError {
  const { cause, responses } = details;
  const error = cause === undefined ? new Error(message) : new Error(`${message}: ${cause}`, { cause });
  return Object.assign(error, responses ? { code, responses } : { code });
}
