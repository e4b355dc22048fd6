import { type DefaultEventsMap, TypedEmitter } from "typed-emitter";
import type {
  AdapterEvents,
  AdapterNamespace,
  AdapterSocket,
  BroadcastOptions,
  BroadcastPacket,
  PrivateSessionId,
  Room,
  Session,
  SessionToPersist,
  SocketId,
  WriteOptions,
} from "./contract.js";

/**
 * Keeps the rooms of one namespace and delivers broadcasts, within this process. Base class of the adapters that span
 * several.
 *
 * @example
 * class LoggingAdapter extends Adapter {
 *   broadcast(packet, opts) {
 *     console.log(packet.data, [...opts.rooms]);
 *     super.broadcast(packet, opts);
 *   }
 * }
 * new Server({ adapter: LoggingAdapter });
 */
export class Adapter extends TypedEmitter<DefaultEventsMap, DefaultEventsMap, AdapterEvents> {
  readonly nsp: AdapterNamespace;
  /** The sockets in each room. A room exists as long as someone is in it. */
  rooms: Map<Room, Set<SocketId>> = new Map();
  /** The rooms of each socket. */
  sids: Map<SocketId, Set<Room>> = new Map();
  protected readonly encoder: AdapterNamespace["server"]["encoder"];

  constructor(nsp: AdapterNamespace) {
    super();
    this.nsp = nsp;
    this.encoder = nsp.server.encoder;
  }

  /** Called once, before the namespace is used. To be overridden. */
  init(): Promise<void> | void {}

  /** Called once, when the server or the namespace closes. To be overridden. */
  close(): Promise<void> | void {}

  /** The number of servers that share the namespace. */
  serverCount(): Promise<number> {
    return Promise.resolve(1);
  }

  /** Adds a socket to rooms. A promise, where an adapter returns one, resolves when the others know. */
  addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    let joined = this.sids.get(id);
    if (!joined) {
      joined = new Set();
      this.sids.set(id, joined);
    }
    for (const room of rooms) {
      joined.add(room);
      let members = this.rooms.get(room);
      if (!members) {
        members = new Set();
        this.rooms.set(room, members);
        this.emitReserved("create-room", room);
      }
      if (!members.has(id)) {
        members.add(id);
        this.emitReserved("join-room", room, id);
      }
    }
  }

  /** Removes a socket from a room. */
  del(id: SocketId, room: Room): Promise<void> | void {
    this.sids.get(id)?.delete(room);
    this.#leave(id, room);
  }

  /** Removes a socket from all its rooms, and forgets it. */
  delAll(id: SocketId): void {
    const joined = this.sids.get(id);
    if (!joined) return;
    for (const room of joined) this.#leave(id, room);
    this.sids.delete(id);
  }

  #leave(id: SocketId, room: Room): void {
    const members = this.rooms.get(room);
    if (!members) return;
    if (members.delete(id)) this.emitReserved("leave-room", room, id);
    if (members.size === 0 && this.rooms.delete(room)) this.emitReserved("delete-room", room);
  }

  /** Sends a packet to the matching sockets. It is encoded once, or not at all when there are none. */
  broadcast(packet: BroadcastPacket, opts: BroadcastOptions): Promise<void> | void {
    packet.nsp = this.nsp.name;
    const options = writeOptions(opts);
    let encoded: unknown[] | undefined;
    this.#forEach(opts, (socket) => {
      encoded ??= this.encoder.encode(packet);
      socket.notifyOutgoingListeners?.(packet);
      socket.client.writeToEngine(encoded, options);
    });
  }

  /**
   * Sends a packet to the matching sockets, each of which is expected to acknowledge it.
   *
   * @param clientCountCallback - called once, with the number of sockets the packet was sent to
   * @param ack - called for each acknowledgement, with what it brings
   */
  broadcastWithAck(
    packet: BroadcastPacket,
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: unknown[]) => void,
  ): void {
    packet.nsp = this.nsp.name;
    // The namespace counts, so that the id is not one that a socket uses for packets of its own.
    const id = this.nsp._ids++;
    packet.id = id;
    const options = writeOptions(opts);
    let encoded: unknown[] | undefined;
    let clientCount = 0;
    this.#forEach(opts, (socket) => {
      encoded ??= this.encoder.encode(packet);
      clientCount++;
      socket.acks.set(id, ack);
      socket.notifyOutgoingListeners?.(packet);
      socket.client.writeToEngine(encoded, options);
    });
    clientCountCallback(clientCount);
  }

  /** The ids of the sockets in any of the rooms; of all sockets when `rooms` is empty. */
  sockets(rooms: Set<Room>): Promise<Set<SocketId>> {
    const ids = new Set<SocketId>();
    this.#forEach({ rooms }, (socket) => ids.add(socket.id));
    return Promise.resolve(ids);
  }

  /** The rooms of a socket, `undefined` when it is not known. */
  socketRooms(id: SocketId): Set<Room> | undefined {
    return this.sids.get(id);
  }

  /** The matching sockets. */
  fetchSockets(opts: BroadcastOptions): Promise<unknown[]> {
    const sockets: AdapterSocket[] = [];
    this.#forEach(opts, (socket) => sockets.push(socket));
    return Promise.resolve(sockets);
  }

  /** Makes the matching sockets join rooms. */
  addSockets(opts: BroadcastOptions, rooms: Room[]): void {
    this.#forEach(opts, (socket) => socket.join(rooms));
  }

  /** Makes the matching sockets leave rooms. */
  delSockets(opts: BroadcastOptions, rooms: Room[]): void {
    this.#forEach(opts, (socket) => {
      for (const room of rooms) socket.leave(room);
    });
  }

  /** Disconnects the matching sockets from the namespace, with `close` from the server. */
  disconnectSockets(opts: BroadcastOptions, close: boolean): void {
    this.#forEach(opts, (socket) => socket.disconnect(close));
  }

  /** Sends an event to the other servers. There are none here: says so, once for each call. */
  serverSideEmit(_packet: unknown[]): Promise<void> | void {
    console.warn("this adapter does not support the serverSideEmit() functionality");
  }

  /** Keeps the session of a socket whose connection was lost. This adapter does not. */
  persistSession(_session: SessionToPersist): void {}

  /** The kept session and what it missed since the packet with that offset, `null` when it cannot be recovered. */
  restoreSession(_pid: PrivateSessionId, _offset: string): Promise<Session | null> {
    return Promise.resolve(null);
  }

  #forEach({ rooms, except }: BroadcastOptions, action: (socket: AdapterSocket) => void): void {
    const { sockets } = this.nsp;
    const excluded = this.#members(except);
    const visit = (id: SocketId): void => {
      for (const members of excluded) if (members.has(id)) return;
      const socket = sockets.get(id);
      if (socket) action(socket);
    };

    if (!rooms.size) {
      for (const id of this.sids.keys()) visit(id);
      return;
    }
    const included = this.#members(rooms);
    if (included.length === 1) {
      for (const id of included[0] as Set<SocketId>) visit(id);
      return;
    }
    const seen = new Set<SocketId>();
    for (const members of included) {
      for (const id of members) {
        if (seen.has(id)) continue;
        seen.add(id);
        visit(id);
      }
    }
  }

  /** The members of those rooms that exist. */
  #members(rooms: Set<Room> | undefined): Set<SocketId>[] {
    const found: Set<SocketId>[] = [];
    if (rooms?.size) {
      for (const room of rooms) {
        const members = this.rooms.get(room);
        if (members) found.push(members);
      }
    }
    return found;
  }
}

function writeOptions({ flags }: BroadcastOptions): WriteOptions {
  return { preEncoded: true, volatile: flags?.volatile, compress: flags?.compress };
}
