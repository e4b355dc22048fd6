// What the suites need of an adapter: the contract, whoever implements it.

export interface Flags {
  volatile?: boolean;
  compress?: boolean;
  local?: boolean;
  timeout?: number;
}

export interface BroadcastOptions {
  rooms: Set<string>;
  except?: Set<string>;
  flags?: Flags;
}

export interface BroadcastPacket {
  type: number;
  data?: unknown;
  nsp?: string;
  id?: number;
}

interface KeptSession {
  sid: string;
  pid: string;
  rooms: string[];
  data: unknown;
}

export interface AnyAdapter {
  rooms: Map<string, Set<string>>;
  sids: Map<string, Set<string>>;
  init(): Promise<void> | void;
  close(): Promise<void> | void;
  serverCount(): Promise<number>;
  addAll(id: string, rooms: Set<string>): Promise<void> | void;
  del(id: string, room: string): Promise<void> | void;
  delAll(id: string): void;
  broadcast(packet: BroadcastPacket, opts: BroadcastOptions): Promise<void> | void;
  broadcastWithAck(
    packet: BroadcastPacket,
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: unknown[]) => void,
  ): void;
  sockets(rooms: Set<string>): Promise<Set<string>>;
  socketRooms(id: string): Set<string> | undefined;
  fetchSockets(opts: BroadcastOptions): Promise<unknown[]>;
  addSockets(opts: BroadcastOptions, rooms: string[]): void;
  delSockets(opts: BroadcastOptions, rooms: string[]): void;
  disconnectSockets(opts: BroadcastOptions, close: boolean): void;
  serverSideEmit(packet: unknown[]): Promise<void> | void;
  persistSession(session: KeptSession): void;
  restoreSession(
    pid: string,
    offset: string,
  ): Promise<(KeptSession & { missedPackets: unknown[][] }) | null | undefined>;
  on(event: string, listener: (...args: never[]) => void): unknown;
}
