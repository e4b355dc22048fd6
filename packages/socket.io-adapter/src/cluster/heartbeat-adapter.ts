import type { AdapterNamespace } from "../contract.js";
import { ClusterAdapter } from "./cluster-adapter.js";
import { type ClusterAdapterOptions, resolveClusterOptions } from "./cluster-options.js";
import { Membership } from "./membership.js";
import { MessageType } from "./message-type.js";
import type { ClusterMessage, ClusterResponse, Offset, ServerId, UnsentMessage } from "./messages.js";
import type { Peers } from "./pending-requests.js";
import { startTimer, type Timer } from "./timer.js";

const SWEEP_INTERVAL = 1000;

/**
 * Base class of the adapters whose engine does not know which servers there are. They tell one another: when they start, when they
 * close, and when they had nothing else to say for a while.
 */
export abstract class ClusterAdapterWithHeartbeat extends ClusterAdapter {
  readonly #options: Required<ClusterAdapterOptions>;
  readonly #membership = new Membership();
  #heartbeatTimer: Timer | undefined;
  #sweepTimer: Timer | undefined;
  #closed = false;

  /** @throws ClusterOptionError with code `ERR_INVALID_OPTION` */
  protected constructor(nsp: AdapterNamespace, options?: ClusterAdapterOptions) {
    super(nsp);
    this.#options = resolveClusterOptions(options);
    this.#sweepLater();
  }

  override init(): Promise<void> | void {
    this.publish({ type: MessageType.INITIAL_HEARTBEAT });
  }

  override close(): Promise<void> | void {
    this.publish({ type: MessageType.ADAPTER_CLOSE });
    this.#closed = true;
    clearTimeout(this.#heartbeatTimer);
    clearTimeout(this.#sweepTimer);
    return super.close();
  }

  override onMessage(message: ClusterMessage | ClusterResponse, offset?: Offset): void {
    super.onMessage(message, offset);
  }

  override onResponse(response: ClusterResponse): void {
    super.onResponse(response);
  }

  override serverCount(): Promise<number> {
    return Promise.resolve(1 + this.#membership.count);
  }

  override publish(message: UnsentMessage): void {
    this.#heartbeatLater();
    super.publish(message);
  }

  protected override _peers(): Promise<Peers> {
    const uids = this.#membership.in("alive");
    return Promise.resolve({ count: uids.size, uids });
  }

  protected override _ackPeers(): { silent: number; uids: ReadonlySet<ServerId> } {
    return { silent: this.#membership.in("silent").size, uids: this.#membership.in("alive") };
  }

  protected override _heard(uid: ServerId, type: MessageType): void {
    const closes = type === MessageType.ADAPTER_CLOSE;
    this.#membership.apply(uid, closes ? "closed" : "spoke", Date.now());
    if (closes) this._dropNode(uid);
    if (type === MessageType.INITIAL_HEARTBEAT && !this.#closed)
      this.publish({ type: MessageType.HEARTBEAT });
  }

  protected override _missed(uids: Iterable<ServerId>): void {
    for (const uid of uids) this.#membership.apply(uid, "missed", Date.now());
  }

  #heartbeatLater(): void {
    clearTimeout(this.#heartbeatTimer);
    if (this.#closed) return;
    const beat = () => this.publish({ type: MessageType.HEARTBEAT });
    this.#heartbeatTimer = startTimer(beat, this.#options.heartbeatInterval);
  }

  #sweepLater(): void {
    this.#sweepTimer = startTimer(() => {
      const lost = this.#membership.expire(Date.now() - this.#options.heartbeatTimeout);
      for (const uid of lost) this._dropNode(uid);
      this.#sweepLater();
    }, SWEEP_INTERVAL);
  }
}
