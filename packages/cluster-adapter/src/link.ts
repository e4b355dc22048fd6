import type { ClusterMessage, ClusterResponse, ServerId } from "socket.io-adapter";

/** What the messages of adapters are known by, among the other messages of a worker. */
export const SOURCE = "_sio_adapter";

/** A message as it travels. An answer says whom it is for. */
export type Envelope = (ClusterMessage | ClusterResponse) & {
  source: typeof SOURCE;
  requesterUid?: ServerId;
};

/** How the servers of this machine reach one another. */
export interface Link {
  /** Resolves when it is under way. */
  send(envelope: Envelope): Promise<void> | void;
  /** Calls back for each message of other servers, until the function that it returns is called. */
  listen(listener: (envelope: Envelope) => void): () => void;
}

export function isEnvelope(value: unknown): value is Envelope {
  return typeof value === "object" && value !== null && (value as Partial<Envelope>).source === SOURCE;
}
