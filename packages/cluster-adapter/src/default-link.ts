import cluster from "node:cluster";
import { isMainThread } from "node:worker_threads";
import type { Link } from "./link.js";
import { threadLink } from "./thread-link.js";
import { workerLink } from "./worker-link.js";

/** The primary where there is one, else the other threads of this process. */
export function defaultLink(): Link {
  return cluster.isWorker && isMainThread ? workerLink : threadLink();
}
