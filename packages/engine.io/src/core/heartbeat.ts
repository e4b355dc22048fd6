import { Deadline, type DeadlineQueue } from "./deadline-queue.js";
import { type HeartbeatEvent, type HeartbeatState, nextHeartbeatState } from "./heartbeat-state.js";

/** The two waits of every heartbeat of a server. */
export interface HeartbeatQueues {
  readonly untilPing: DeadlineQueue;
  readonly untilTimeout: DeadlineQueue;
  /** The one wait of protocol 3. */
  readonly betweenPings: DeadlineQueue;
}

/** What a session tells its heartbeat. */
export interface Pulse {
  /** A ping or a pong came. `false` when it is not the client's to send. */
  beat(type: "ping" | "pong"): boolean;
  /** Some other packet came. */
  traffic(): void;
  stop(): void;
}

export interface HeartbeatOwner {
  ping(): void;
  pingTimedOut(): void;
}

/** Sends pings and waits for their answers: one deadline, moved between two queues. */
export class Heartbeat extends Deadline implements Pulse {
  readonly #queues: HeartbeatQueues;
  readonly #owner: HeartbeatOwner;
  #state: HeartbeatState = "resting";

  constructor(queues: HeartbeatQueues, owner: HeartbeatOwner) {
    super();
    this.#queues = queues;
    this.#owner = owner;
    queues.untilPing.add(this);
  }

  /** An answer to no ping changes nothing: a flood of them costs nothing. */
  beat(type: "ping" | "pong"): boolean {
    if (type === "ping") return false;
    if (this.#step("pong")) this.#queues.untilPing.add(this);
    return true;
  }

  /** The client lives, and its answer may be queued behind this packet. */
  traffic(): void {
    if (this.#step("traffic")) this.#queues.untilTimeout.add(this);
  }

  stop(): void {
    this.#step("stop");
    this.queue?.cancel(this);
  }

  expire(): void {
    this.#step("due");
    if (this.#state === "awaiting") {
      this.#queues.untilTimeout.add(this);
      this.#owner.ping();
    } else {
      this.#owner.pingTimedOut();
    }
  }

  #step(event: HeartbeatEvent): boolean {
    const before = this.#state;
    this.#state = nextHeartbeatState(before, event);
    return this.#state !== before;
  }
}
