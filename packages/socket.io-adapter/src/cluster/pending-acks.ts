import type { ServerId } from "./messages.js";
import { startTimer, type Timer } from "./timer.js";

interface RemoteNode {
  /** How many of its clients got the packet; unknown before it said so. */
  clients: number | undefined;
  acks: number;
  settled: boolean;
}

interface Broadcast {
  onClientCount: (count: number) => void;
  onAck: (response: unknown) => void;
  /** The servers that are to answer, where they are known; others are not listened to then. */
  expected: ReadonlySet<ServerId> | undefined;
  nodes: Map<ServerId, RemoteNode>;
  timer: Timer | undefined;
}

/** As many broadcasts without a timeout may wait for servers that never answer. */
const MAX_BROADCASTS = 10_000;

/**
 * The broadcasts whose acknowledgements come from clients of other servers. An acknowledgement is handed on at once; how many
 * clients a server has is handed on when all of them have acknowledged, or when the server is gone, and is then as many as
 * have. So that the one who waits for every client neither misses one nor waits for those of a server that died.
 */
export class PendingAcks {
  readonly #broadcasts = new Map<string, Broadcast>();
  readonly #onMissed: (uids: Iterable<ServerId>) => void;

  /** @param onMissed - told which servers did not say in time how many clients they have */
  constructor(onMissed: (uids: Iterable<ServerId>) => void) {
    this.#onMissed = onMissed;
  }

  get size(): number {
    return this.#broadcasts.size;
  }

  add(
    id: string,
    expected: ReadonlySet<ServerId> | undefined,
    timeout: number | undefined,
    { onClientCount, onAck }: Pick<Broadcast, "onClientCount" | "onAck">,
  ): void {
    const timer = timeout === undefined ? undefined : startTimer(() => this.#expire(id), timeout);
    this.#broadcasts.set(id, { onClientCount, onAck, expected, nodes: new Map(), timer });
    if (this.#broadcasts.size > MAX_BROADCASTS) {
      const [oldest] = this.#broadcasts.keys();
      this.#remove(oldest as string);
    }
  }

  clientCount(id: string, uid: ServerId, count: number): void {
    const broadcast = this.#broadcasts.get(id);
    if (broadcast && isAnonymous(uid)) broadcast.onClientCount(count);
    const node = broadcast && nodeOf(broadcast, uid);
    if (!node || node.clients !== undefined) return;
    node.clients = count;
    this.#check(id, broadcast, node);
  }

  ack(id: string, uid: ServerId, response: unknown): void {
    const broadcast = this.#broadcasts.get(id);
    if (broadcast && isAnonymous(uid)) broadcast.onAck(response);
    const node = broadcast && nodeOf(broadcast, uid);
    if (!node || node.settled) return;
    node.acks++;
    broadcast.onAck(response);
    this.#check(id, broadcast, node);
  }

  /** The clients of a server that is gone do not acknowledge any more. */
  drop(uid: ServerId): void {
    for (const [id, broadcast] of this.#broadcasts) {
      const node = broadcast.expected || broadcast.nodes.has(uid) ? nodeOf(broadcast, uid) : undefined;
      if (!node || node.settled) continue;
      node.clients = node.acks;
      this.#check(id, broadcast, node);
    }
  }

  close(): void {
    for (const id of [...this.#broadcasts.keys()]) this.#remove(id);
  }

  #check(id: string, broadcast: Broadcast, node: RemoteNode): void {
    if (node.settled || node.clients === undefined || node.acks < node.clients) return;
    node.settled = true;
    broadcast.onClientCount(node.clients);
    const { expected, nodes } = broadcast;
    if (!expected || nodes.size < expected.size) return;
    for (const { settled } of nodes.values()) if (!settled) return;
    this.#remove(id);
  }

  #expire(id: string): void {
    const { expected, nodes } = this.#broadcasts.get(id) as Broadcast;
    if (expected) this.#onMissed([...expected].filter((uid) => nodes.get(uid)?.clients === undefined));
    this.#remove(id);
  }

  #remove(id: string): void {
    clearTimeout(this.#broadcasts.get(id)?.timer);
    this.#broadcasts.delete(id);
  }
}

/** Where an answer does not say whose it is, its `uid` begins with a question mark: it counts as it comes. */
function isAnonymous(uid: ServerId): boolean {
  return uid.startsWith("?");
}

/** A server that is to answer; `undefined` for one that joined after the packet was sent, which nobody counts. */
function nodeOf({ expected, nodes }: Broadcast, uid: ServerId): RemoteNode | undefined {
  if (isAnonymous(uid)) return;
  let node = nodes.get(uid);
  if (!node && (!expected || expected.has(uid))) {
    node = { clients: undefined, acks: 0, settled: false };
    nodes.set(uid, node);
  }
  return node;
}
