import { Adapter, type BroadcastOptions, type Room } from "socket.io-adapter";

interface Child {
  readonly adapter: Adapter;
}

/** Hands what is done to a parent namespace over to each of its children. */
export class ParentAdapter extends Adapter {
  readonly children = new Set<Child>();

  override async serverCount(): Promise<number> {
    const counts = await Promise.all([...this.children].map((child) => child.adapter.serverCount()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  override broadcast(packet: Parameters<Adapter["broadcast"]>[0], opts: BroadcastOptions): void {
    // A packet each, since an adapter sets the namespace of the one it is given.
    for (const child of this.children) child.adapter.broadcast({ ...packet }, opts);
  }

  override broadcastWithAck(
    packet: Parameters<Adapter["broadcast"]>[0],
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: unknown[]) => void,
  ): void {
    for (const child of this.children) {
      child.adapter.broadcastWithAck({ ...packet }, opts, clientCountCallback, ack);
    }
  }

  override addSockets(opts: BroadcastOptions, rooms: Room[]): void {
    for (const child of this.children) child.adapter.addSockets(opts, rooms);
  }

  override delSockets(opts: BroadcastOptions, rooms: Room[]): void {
    for (const child of this.children) child.adapter.delSockets(opts, rooms);
  }

  override disconnectSockets(opts: BroadcastOptions, close: boolean): void {
    for (const child of [...this.children]) child.adapter.disconnectSockets(opts, close);
  }
}
