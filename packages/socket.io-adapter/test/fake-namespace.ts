import type { Adapter, AdapterSocket, BroadcastPacket, Room } from "../src/index.js";

/** What a suite needs of an adapter: the contract, whoever implements it. */
export type AnyAdapter = Pick<
  Adapter,
  | "rooms"
  | "sids"
  | "init"
  | "close"
  | "serverCount"
  | "addAll"
  | "del"
  | "delAll"
  | "broadcast"
  | "broadcastWithAck"
  | "sockets"
  | "socketRooms"
  | "fetchSockets"
  | "addSockets"
  | "delSockets"
  | "disconnectSockets"
  | "serverSideEmit"
  | "persistSession"
  | "restoreSession"
> & { on(event: string, listener: (...args: never[]) => void): unknown };

/** A socket that writes down what happens to it. */
export class FakeSocket implements AdapterSocket {
  readonly acks = new Map<number, (...args: unknown[]) => void>();
  readonly written: unknown[][] = [];
  readonly notified: BroadcastPacket[] = [];
  readonly client = {
    writeToEngine: (...args: unknown[]) => {
      this.written.push(args);
      this.namespace.trace.push(`write ${this.id}`);
    },
  };

  constructor(
    readonly namespace: FakeNamespace,
    readonly id: string,
  ) {}

  notifyOutgoingListeners(packet: BroadcastPacket): void {
    this.notified.push(packet);
    this.namespace.trace.push(`notify ${this.id}`);
  }

  join(rooms: Room[]): void {
    this.namespace.trace.push(`join ${this.id} ${rooms}`);
    void this.namespace.adapter.addAll(this.id, new Set(rooms));
  }

  leave(room: Room): void {
    this.namespace.trace.push(`leave ${this.id} ${room}`);
    void this.namespace.adapter.del(this.id, room);
  }

  disconnect(close: boolean): void {
    this.namespace.trace.push(`disconnect ${this.id} ${close}`);
    this.namespace.adapter.delAll(this.id);
    this.namespace.sockets.delete(this.id);
  }
}

/** As much of a namespace as an adapter reaches for. */
export class FakeNamespace {
  readonly name = "/chat";
  _ids = 0;
  readonly sockets = new Map<string, FakeSocket>();
  /** All that happened, in order. */
  readonly trace: string[] = [];
  /** The packets that were encoded. */
  readonly encoded: BroadcastPacket[] = [];
  readonly server = {
    encoder: {
      encode: (packet: BroadcastPacket): unknown[] => {
        this.encoded.push(structuredClone(packet));
        return [JSON.stringify(packet)];
      },
    },
    opts: { connectionStateRecovery: { maxDisconnectionDuration: 1000 } },
  };
  declare adapter: AnyAdapter;

  /** Adds a socket to the namespace, with its own room and others. */
  connect(id: string, ...rooms: Room[]): FakeSocket {
    const socket = new FakeSocket(this, id);
    this.sockets.set(id, socket);
    void this.adapter.addAll(id, new Set([id, ...rooms]));
    return socket;
  }
}
