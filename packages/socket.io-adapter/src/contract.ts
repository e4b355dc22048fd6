import type { ClusterError } from "./cluster/errors.js";

/** The public id of a socket, new with every session that is not recovered. */
export type SocketId = string;

/** The id that only a socket's own client knows, by which its session is recovered. */
export type PrivateSessionId = string;

export type Room = string;

export interface BroadcastFlags {
  /** Do not keep the packet for connections that cannot take it now. */
  volatile?: boolean;
  compress?: boolean;
  /** Only to the sockets of this server. */
  local?: boolean;
  broadcast?: boolean;
  binary?: boolean;
  /** How long to wait for acknowledgements, in milliseconds. */
  timeout?: number;
}

/** Which sockets, and how. */
export interface BroadcastOptions {
  /** The sockets that are in one of these rooms; all sockets when empty. */
  rooms: Set<Room>;
  /** But not the sockets that are in one of these. */
  except?: Set<Room>;
  flags?: BroadcastFlags;
}

/** What is kept of a socket when its connection is lost. */
export interface SessionToPersist {
  sid: SocketId;
  pid: PrivateSessionId;
  rooms: Room[];
  data: unknown;
}

/** A recovered session, with the payloads of the packets that were broadcast in between. */
export type Session = SessionToPersist & { missedPackets: unknown[][] };

/** The part of a Socket.IO packet that adapters deal with. `nsp`, and `id` where acknowledgements are expected, are set by the adapter. */
export interface BroadcastPacket {
  type: number;
  data?: unknown;
  nsp?: string;
  id?: number;
}

/** How `writeToEngine` sends: the packets are encoded already, and shared with other connections. */
export interface WriteOptions {
  preEncoded: true;
  volatile?: boolean | undefined;
  compress?: boolean | undefined;
}

/** What an adapter needs of a socket. */
export interface AdapterSocket {
  readonly id: SocketId;
  readonly client: { writeToEngine(encodedPackets: unknown[], options: WriteOptions): void };
  /** The acknowledgements the socket waits for, by packet id. */
  readonly acks: Map<number, (...args: unknown[]) => void>;
  /** Tells the catch-all listeners of outgoing packets. */
  notifyOutgoingListeners?(packet: BroadcastPacket): void;
  join(rooms: Room[]): unknown;
  leave(room: Room): unknown;
  disconnect(close: boolean): unknown;
}

/** What an adapter needs of a namespace. */
export interface AdapterNamespace {
  readonly name: string;
  readonly sockets: ReadonlyMap<SocketId, AdapterSocket>;
  /** The next id of a packet that expects acknowledgements. */
  _ids: number;
  /** Takes an event that another server sent: its name, its arguments, and the function to answer with where there is one. */
  // biome-ignore lint/suspicious/noExplicitAny: reason: the arguments are those of the application's events
  _onServerSideEmit?(args: any): void;
  readonly server: {
    readonly encoder: { encode(packet: BroadcastPacket): unknown[] };
    readonly opts?: { connectionStateRecovery?: { maxDisconnectionDuration?: number; maxBytes?: number } };
  };
}

/**
 * What happens to rooms. Each event comes when the change is made; a room is still there, empty, in its `create-room` and in
 * its last `leave-room`.
 */
export interface AdapterEvents {
  /** Something went wrong between servers, with a stable `code`. It needs no listener. */
  error: (error: ClusterError) => void;
  "create-room": (room: Room) => void;
  "delete-room": (room: Room) => void;
  "join-room": (room: Room, id: SocketId) => void;
  "leave-room": (room: Room, id: SocketId) => void;
}
