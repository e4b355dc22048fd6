import { Adapter } from "./adapter.js";
import type {
  AdapterNamespace,
  BroadcastOptions,
  BroadcastPacket,
  PrivateSessionId,
  Session,
  SessionToPersist,
} from "./contract.js";
import { PacketLog } from "./packet-log.js";

const EVENT = 2;
const DEFAULT_DURATION = 120_000;
const MAX_SWEEP_INTERVAL = 60_000;

type KeptSession = SessionToPersist & { disconnectedAt: number };

/**
 * An adapter that lets a client resume its session, within this process and for `maxDisconnectionDuration` milliseconds
 * (default 120 000), as far as the packets fit in `maxBytes` (no limit by default). It adds an offset, as last argument, to each event that is neither volatile nor to be acknowledged.
 */
export class SessionAwareAdapter extends Adapter {
  readonly #maxDisconnectionDuration: number;
  readonly #sessions = new Map<PrivateSessionId, KeptSession>();
  readonly #packets: PacketLog;
  #sweepTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(nsp: AdapterNamespace) {
    super(nsp);
    const { maxDisconnectionDuration = DEFAULT_DURATION, maxBytes } =
      nsp.server.opts?.connectionStateRecovery ?? {};
    this.#maxDisconnectionDuration = maxDisconnectionDuration;
    this.#packets = new PacketLog(maxBytes);
  }

  override close(): void {
    clearTimeout(this.#sweepTimer);
    this.#sweepTimer = undefined;
  }

  override persistSession(session: SessionToPersist): void {
    this.#sessions.set(session.pid, { ...session, disconnectedAt: Date.now() });
    this.#scheduleSweep();
  }

  /**
   * The session and what it missed since the packet with that offset, `null` when it cannot be recovered. A session is
   * given out once: two connections that present the same id do not share it, and offsets cannot be tried out.
   */
  override restoreSession(pid: PrivateSessionId, offset: string): Promise<Session | null> {
    return Promise.resolve(this.#takeSession(pid, offset));
  }

  #takeSession(pid: PrivateSessionId, offset: string): Session | null {
    const session = this.#sessions.get(pid);
    if (!session) return null;
    this.#sessions.delete(pid);
    if (session.disconnectedAt + this.#maxDisconnectionDuration < Date.now()) return null;
    const missedPackets = this.#packets.since(offset, session.rooms);
    return missedPackets ? { ...session, missedPackets } : null;
  }

  override broadcast(packet: BroadcastPacket, opts: BroadcastOptions): Promise<void> | void {
    const { type, id, data } = packet;
    if (type === EVENT && id === undefined && !opts.flags?.volatile && Array.isArray(data)) {
      data.push(this.#packets.append(data, opts));
      this.#scheduleSweep();
    }
    return super.broadcast(packet, opts);
  }

  /** Only while something is kept does a timer run, which does not keep the process alive. */
  #scheduleSweep(): void {
    if (this.#sweepTimer) return;
    const interval = Math.min(this.#maxDisconnectionDuration, MAX_SWEEP_INTERVAL);
    this.#sweepTimer = setTimeout(() => this.#sweep(), interval);
    // In a browser-like runtime the timer is a number.
    (this.#sweepTimer as { unref?(): void }).unref?.();
  }

  #sweep(): void {
    this.#sweepTimer = undefined;
    const oldest = Date.now() - this.#maxDisconnectionDuration;
    this.#packets.dropBefore(oldest);
    for (const [pid, { disconnectedAt }] of this.#sessions) {
      if (disconnectedAt < oldest) this.#sessions.delete(pid);
    }
    if (this.#packets.size || this.#sessions.size) this.#scheduleSweep();
  }
}
