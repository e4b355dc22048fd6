import cluster, { type Worker } from "node:cluster";
import { MessageType } from "socket.io-adapter";
import { type Envelope, isEnvelope, SOURCE } from "./link.js";
import { PrimaryRoutes } from "./primary-routes.js";

// Where two builds of this module meet, one of them does it.
const SET_UP = Symbol.for("@socket.io/cluster-adapter:primary");

/**
 * Lets the primary hand the messages of the workers' servers on, and tell them when a worker is gone. Safe to call twice. Sets the
 * `serialization` of workers to `"advanced"`, without which bytes would not survive; call it before `cluster.fork()`.
 *
 * @example
 * if (cluster.isPrimary) {
 *   setupPrimary();
 *   cluster.fork();
 * }
 */
export function setupPrimary(): void {
  const marked = cluster as unknown as Record<symbol, unknown>;
  if (marked[SET_UP]) return;
  marked[SET_UP] = true;
  if (cluster.settings.serialization === undefined) cluster.setupPrimary({ serialization: "advanced" });

  const routes = new PrimaryRoutes();
  const send = (ids: Iterable<number>, envelope: Envelope) => {
    for (const id of ids) {
      const worker = cluster.workers?.[id];
      // What fails is for a worker that is about to be gone.
      if (worker?.isConnected()) worker.send(envelope, undefined, undefined, () => {});
    }
  };
  const workerIds = () => Object.keys(cluster.workers ?? {}).map(Number);

  cluster.on("message", (worker: Worker, message: unknown) => {
    if (isEnvelope(message)) send(routes.route(worker.id, message, workerIds()), message);
  });
  cluster.on("exit", (worker: Worker) => {
    for (const { uid, nsp } of routes.forget(worker.id)) {
      send(workerIds(), { source: SOURCE, uid, nsp, type: MessageType.ADAPTER_CLOSE });
    }
  });
}
