import cluster from "node:cluster";
import { ClusterEmitter } from "socket.io-adapter";
import { defaultLink } from "./default-link.js";
import { type Envelope, SOURCE } from "./link.js";

export interface EmitterOptions {
  /**
   * Told of messages that could not be sent.
   * @default a warning of the process
   */
  onError?: (error: unknown) => void;
}

/**
 * Sends to the clients of the servers in all workers, or threads: from the primary, from a worker, or from a thread without a server.
 *
 * @example
 * new Emitter().to("room").emit("hello");
 */
export class Emitter extends ClusterEmitter {
  constructor({ onError = warn }: EmitterOptions = {}) {
    const send = senderOf();
    super({ publish: (message) => send({ ...message, source: SOURCE }), onError });
  }
}

function senderOf(): (envelope: Envelope) => unknown {
  const hasWorkers = cluster.isPrimary && Object.keys(cluster.workers ?? {}).length > 0;
  if (!hasWorkers) {
    const link = defaultLink();
    return (envelope) => link.send(envelope);
  }
  return (envelope) =>
    Promise.all(
      Object.values(cluster.workers ?? {}).map(
        (worker) =>
          new Promise<void>((resolve, reject) => {
            worker?.send(envelope, undefined, undefined, (error) => (error ? reject(error) : resolve()));
          }),
      ),
    );
}

function warn(error: unknown): void {
  process.emitWarning(`an emitted message was lost: ${error}`, { code: "ERR_PUBLISH_FAILED" });
}
