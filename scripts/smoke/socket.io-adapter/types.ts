import { Adapter, type BroadcastOptions, type Room, type SocketId } from "socket.io-adapter";

export class Counting extends Adapter {
  count = 0;
  override broadcast(packet: Parameters<Adapter["broadcast"]>[0], options: BroadcastOptions): void {
    this.count++;
    super.broadcast(packet, options);
  }
}
export const index: Map<Room, Set<SocketId>> = new Map();
