import type { PacketType } from "engine.io-parser";
import type { RawData, TransportSink } from "./contract.js";
import { Deadline } from "./deadline-queue.js";
import type { Transport } from "./transport.js";
import { nextUpgradeState, type UpgradeEvent, type UpgradeState } from "./upgrade-state.js";

/** What an upgrade does to its session. */
export interface UpgradeOwner {
  /** The candidate works: the client will move to it. */
  upgrading(candidate: Transport): void;
  /** The client has moved. */
  upgraded(candidate: Transport): void;
  upgradeFailed(): void;
  /** Lets go of a poll that the client waits for before it can move. */
  releasePoll(): void;
}

// How long a poll is held before it is released. The first is short: the client is most likely waiting for it.
const FIRST_RELEASE = 5;
const LAST_RELEASE = 100;

/** One attempt to move a session to another transport: the sink of the candidate, and the deadline of the attempt. */
export class Upgrade extends Deadline implements TransportSink {
  readonly #owner: UpgradeOwner;
  readonly #candidate: Transport;
  #state: UpgradeState = nextUpgradeState("settled", "candidate");
  #releaseTimer: ReturnType<typeof setTimeout> | undefined;
  #releaseDelay = FIRST_RELEASE;

  constructor(owner: UpgradeOwner, candidate: Transport) {
    super();
    this.#owner = owner;
    this.#candidate = candidate;
    candidate.start(this);
  }

  get state(): UpgradeState {
    return this.#state;
  }

  packet(type: PacketType, data: RawData | undefined): void {
    if (type === "ping" && data === "probe") this.#step("probe");
    else if (type === "upgrade") this.#step("confirm");
    else this.#step("failed");
  }

  sent(): void {}

  ready(): void {}

  error(): void {
    this.#step("failed");
  }

  closed(): void {
    this.#step("failed");
  }

  expire(): void {
    this.#step("failed");
  }

  /** The session is over. */
  abandon(): void {
    this.#step("failed");
  }

  /** A poll has arrived at the old transport. While the client is about to move, it is soon released again. */
  pollArrived(): void {
    if (this.#state !== "switching" || this.#releaseTimer !== undefined) return;
    this.#releaseTimer = setTimeout(this.#release, this.#releaseDelay);
    // Slower each time, or a client whose WebSocket stalls would poll without pause.
    this.#releaseDelay = Math.min(this.#releaseDelay * 2, LAST_RELEASE);
  }

  readonly #release = (): void => {
    this.#releaseTimer = undefined;
    this.#owner.releasePoll();
  };

  #step(event: UpgradeEvent): void {
    const before = this.#state;
    this.#state = nextUpgradeState(before, event);
    if (before === "settled" || before === "upgraded") return;
    if (this.#state === "switching") {
      if (this.#candidate.idle) this.#candidate.send([{ type: "pong", data: "probe" }]);
      if (before !== "switching") this.#owner.upgrading(this.#candidate);
      this.pollArrived();
      return;
    }
    clearTimeout(this.#releaseTimer);
    this.queue?.cancel(this);
    if (this.#state === "upgraded") {
      this.#owner.upgraded(this.#candidate);
    } else {
      this.#candidate.terminate();
      this.#owner.upgradeFailed();
    }
  }
}
