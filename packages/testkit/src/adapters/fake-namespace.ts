import { Queue } from "../queue.js";
import type { AnyAdapter, BroadcastPacket } from "./contract.js";

type AckCallback = (...args: unknown[]) => void;

/** A socket that writes down what happens to it. */
export class FakeSocket {
  readonly acks = new Map<number, AckCallback>();
  readonly written: unknown[][] = [];
  readonly notified: BroadcastPacket[] = [];
  /** What was sent to it: the packets, as they were encoded. */
  readonly received: Queue<BroadcastPacket>;
  readonly handshake: Record<string, unknown> = { query: { EIO: "4" }, auth: {} };
  data: unknown = {};
  readonly client = {
    writeToEngine: (...args: unknown[]) => {
      this.written.push(args);
      this.namespace.trace.push(`write ${this.id}`);
      this.received.push(this.namespace.packets.get(args[0] as unknown[]) as BroadcastPacket);
    },
  };

  constructor(
    readonly namespace: FakeNamespace,
    readonly id: string,
  ) {
    this.received = new Queue(`packets for ${id}`);
  }

  get rooms(): Set<string> {
    return this.namespace.adapter.socketRooms(this.id) ?? new Set();
  }

  /** The first argument of the next event. */
  async nextEvent(): Promise<unknown> {
    return ((await this.received.next()).data as unknown[])[0];
  }

  notifyOutgoingListeners(packet: BroadcastPacket): void {
    this.notified.push(packet);
    this.namespace.trace.push(`notify ${this.id}`);
  }

  join(rooms: string[]): void {
    this.namespace.changes.push(`join ${this.id} ${rooms}`);
    this.namespace.trace.push(`join ${this.id} ${rooms}`);
    void this.namespace.adapter.addAll(this.id, new Set(rooms));
  }

  leave(room: string): void {
    this.namespace.changes.push(`leave ${this.id} ${room}`);
    this.namespace.trace.push(`leave ${this.id} ${room}`);
    void this.namespace.adapter.del(this.id, room);
  }

  disconnect(close: boolean): void {
    this.namespace.changes.push(`disconnect ${this.id} ${close}`);
    this.namespace.trace.push(`disconnect ${this.id} ${close}`);
    this.namespace.adapter.delAll(this.id);
    this.namespace.sockets.delete(this.id);
  }
}

/** As much of a namespace as an adapter reaches for. */
export class FakeNamespace {
  _ids = 0;
  readonly sockets = new Map<string, FakeSocket>();
  /** All that happened, in order. */
  readonly trace: string[] = [];
  /** The joins, leaves and disconnections that the adapter asked for. */
  readonly changes = new Queue<string>("changes");
  /** The events of other servers, with their arguments. */
  readonly heard = new Queue<unknown[]>("events of other servers");
  /** The packets that were encoded. */
  readonly encoded: BroadcastPacket[] = [];
  /** The same, by what the encoder returned. */
  readonly packets = new WeakMap<unknown[], BroadcastPacket>();
  readonly server: {
    encoder: { encode(packet: BroadcastPacket): unknown[] };
    opts: { connectionStateRecovery?: { maxDisconnectionDuration: number } };
  } = {
    encoder: {
      encode: (packet: BroadcastPacket): unknown[] => {
        const encoded = [JSON.stringify(packet)];
        const copy = structuredClone(packet);
        this.encoded.push(copy);
        this.packets.set(encoded, copy);
        return encoded;
      },
    },
    opts: { connectionStateRecovery: { maxDisconnectionDuration: 1000 } },
  };
  declare adapter: AnyAdapter;

  constructor(readonly name = "/chat") {}

  /** Adds a socket to the namespace, with its own room and others. */
  connect(id: string, ...rooms: string[]): FakeSocket {
    const socket = new FakeSocket(this, id);
    this.sockets.set(id, socket);
    void this.adapter.addAll(id, new Set([id, ...rooms]));
    return socket;
  }

  /** `connect`, once the other servers know. */
  async connected(id: string, ...rooms: string[]): Promise<FakeSocket> {
    const socket = new FakeSocket(this, id);
    this.sockets.set(id, socket);
    await this.adapter.addAll(id, new Set([id, ...rooms]));
    return socket;
  }

  _onServerSideEmit(args: unknown[]): void {
    this.heard.push(args);
  }
}
