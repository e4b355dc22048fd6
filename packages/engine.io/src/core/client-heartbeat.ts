import { Deadline, type DeadlineQueue } from "./deadline-queue.js";
import type { Pulse } from "./heartbeat.js";

export interface ClientHeartbeatOwner {
  /** Answers a ping; `answered` is to be called once the answer was handed over. */
  pong(answered: () => void): void;
  pingTimedOut(): void;
}

/** The heartbeat of protocol 3, in which it is the client that asks. */
export class ClientHeartbeat extends Deadline implements Pulse {
  readonly #queue: DeadlineQueue;
  readonly #owner: ClientHeartbeatOwner;
  #answering = false;

  constructor(queue: DeadlineQueue, owner: ClientHeartbeatOwner) {
    super();
    this.#queue = queue;
    this.#owner = owner;
    queue.add(this);
  }

  beat(type: "ping" | "pong"): boolean {
    if (type === "pong") return false;
    this.#queue.add(this);
    // One answer at a time, or a flood of pings would fill the outbox of a client that does not read.
    if (!this.#answering) {
      this.#answering = true;
      this.#owner.pong(this.#answered);
    }
    return true;
  }

  /** Only pings count. */
  traffic(): void {}

  stop(): void {
    this.#queue.cancel(this);
  }

  expire(): void {
    this.#owner.pingTimedOut();
  }

  readonly #answered = (): void => {
    this.#answering = false;
  };
}
