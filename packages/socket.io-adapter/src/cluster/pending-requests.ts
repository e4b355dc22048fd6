import { type ClusterError, clusterError } from "./errors.js";
import type { ServerId } from "./messages.js";
import { startTimer, type Timer } from "./timer.js";

/** Who is to answer: how many, and which where that is known. */
export interface Peers {
  count: number;
  uids?: ReadonlySet<ServerId>;
}

type OnMissed = (
  count: number,
  answered: ReadonlySet<ServerId>,
  uids: ReadonlySet<ServerId> | undefined,
) => void;
type Settle = (error: ClusterError | null, responses: unknown[]) => void;

interface Request {
  count: number;
  /** Those that have not answered, where they are known. */
  missing: Set<ServerId> | undefined;
  answered: Set<ServerId>;
  responses: unknown[];
  settle: Settle;
  timer: Timer;
}

/** The requests that other servers have not all answered. Each is settled once. */
export class PendingRequests {
  readonly #requests = new Map<string, Request>();
  readonly #onMissed: OnMissed;

  /** @param onMissed - told how many did not answer in time, who did, and who did not where they are known */
  constructor(onMissed: OnMissed) {
    this.#onMissed = onMissed;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** @param responses - what is known already; answers are added to it */
  add(id: string, { count, uids }: Peers, timeout: number, responses: unknown[], settle: Settle): void {
    const request: Request = {
      count,
      missing: uids && new Set(uids),
      answered: new Set(),
      responses,
      settle,
      timer: startTimer(() => this.#expire(id), timeout),
    };
    this.#requests.set(id, request);
  }

  answer(id: string, uid: ServerId, responses: unknown[]): void {
    const request = this.#requests.get(id);
    if (!request || request.answered.has(uid)) return;
    request.answered.add(uid);
    request.missing?.delete(uid);
    for (const response of responses) request.responses.push(response);
    this.#check(id, request);
  }

  /** Nobody waits any more for a server that is gone. */
  drop(uid: ServerId): void {
    for (const [id, request] of this.#requests) {
      if (request.missing?.delete(uid)) this.#check(id, request);
    }
  }

  close(): void {
    for (const id of [...this.#requests.keys()]) {
      this.#end(id, (responses) =>
        clusterError("ERR_ADAPTER_CLOSED", "the adapter was closed", { responses }),
      );
    }
  }

  #check(id: string, { missing, answered, count }: Request): void {
    if (missing ? missing.size === 0 : answered.size >= count) this.#end(id, () => null);
  }

  #expire(id: string): void {
    const { missing, answered, count } = this.#requests.get(id) as Request;
    const text = missing
      ? `timeout reached: missing ${missing.size} responses`
      : `timeout reached: only ${answered.size} responses received out of ${count}`;
    this.#onMissed(count - answered.size, answered, missing);
    this.#end(id, (responses) => clusterError("ERR_CLUSTER_TIMEOUT", text, { responses }));
  }

  #end(id: string, outcome: (responses: unknown[]) => ClusterError | null): void {
    const { timer, settle, responses } = this.#requests.get(id) as Request;
    clearTimeout(timer);
    this.#requests.delete(id);
    settle(outcome(responses), responses);
  }
}
