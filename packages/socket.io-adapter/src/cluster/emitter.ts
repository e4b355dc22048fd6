import type { BroadcastFlags, Room } from "../contract.js";
import { MessageType } from "./message-type.js";
import type { ClusterMessage, EncodedOptions, UnsentMessage } from "./messages.js";

const EVENT = 2;
const RESERVED: ReadonlySet<unknown> = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
]);

/** How an emitter reaches the servers. */
export interface EmitterChannel {
  /** Hands a message to the engine, for all servers. May return a promise. */
  publish(message: ClusterMessage): Promise<unknown> | unknown;
  /** Told of messages that could not be published. */
  onError(error: unknown): void;
}

interface Target {
  nsp: string;
  rooms: readonly Room[];
  except: readonly Room[];
  flags: BroadcastFlags;
}

/**
 * Sends to the clients of all servers, from a process that has none. The packages of adapters have each an `Emitter` made of this.
 *
 * @example
 * emitter.to("room").except("other").emit("hello", "world");
 * emitter.of("/chat").in("room").disconnectSockets();
 */
export class ClusterEmitter {
  readonly #channel: EmitterChannel;
  readonly #target: Target;

  constructor(channel: EmitterChannel, target: Partial<Target> = {}) {
    this.#channel = channel;
    this.#target = { nsp: "/", rooms: [], except: [], flags: {}, ...target };
  }

  /** Another namespace; rooms and flags start afresh. */
  of(nsp: string): ClusterEmitter {
    return new ClusterEmitter(this.#channel, { nsp: nsp.startsWith("/") ? nsp : `/${nsp}` });
  }

  /** Only to sockets in the room, or in one of the rooms; several calls add up. */
  to(room: Room | Room[]): ClusterEmitter {
    return this.#with({ rooms: this.#target.rooms.concat(room) });
  }

  /** Same as `to`. */
  in(room: Room | Room[]): ClusterEmitter {
    return this.to(room);
  }

  /** Not to sockets in the room, or in any of the rooms. */
  except(room: Room | Room[]): ClusterEmitter {
    return this.#with({ except: this.#target.except.concat(room) });
  }

  /** Dropped for clients whose connection cannot send at once. */
  get volatile(): ClusterEmitter {
    return this.#with({ flags: { ...this.#target.flags, volatile: true } });
  }

  /** Whether the packet may be compressed. */
  compress(compress: boolean): ClusterEmitter {
    return this.#with({ flags: { ...this.#target.flags, compress } });
  }

  /**
   * Sends an event. Acknowledgements do not come back to a process without sockets.
   *
   * @returns `true`
   * @throws Error with code `ERR_RESERVED_EVENT` or `ERR_NO_ACKS`
   */
  emit(event: string | symbol, ...args: unknown[]): true {
    if (RESERVED.has(event))
      throw emitterError("ERR_RESERVED_EVENT", `"${String(event)}" is a reserved event name`);
    assertNoAck(args);
    const packet = { type: EVENT, data: [event, ...args] };
    this.#publish({ type: MessageType.BROADCAST, data: { packet, opts: this.#options() } });
    return true;
  }

  /** Makes the matching sockets join a room, or rooms. */
  socketsJoin(room: Room | Room[]): void {
    const rooms = [room].flat();
    this.#publish({ type: MessageType.SOCKETS_JOIN, data: { opts: this.#options(), rooms } });
  }

  /** Makes the matching sockets leave a room, or rooms. */
  socketsLeave(room: Room | Room[]): void {
    const rooms = [room].flat();
    this.#publish({ type: MessageType.SOCKETS_LEAVE, data: { opts: this.#options(), rooms } });
  }

  /** Disconnects the matching sockets; with `close` their whole connection. */
  disconnectSockets(close = false): void {
    this.#publish({ type: MessageType.DISCONNECT_SOCKETS, data: { opts: this.#options(), close } });
  }

  /**
   * Sends an event to all servers.
   *
   * @throws Error with code `ERR_NO_ACKS`
   */
  serverSideEmit(event: string, ...args: unknown[]): void {
    assertNoAck(args);
    this.#publish({ type: MessageType.SERVER_SIDE_EMIT, data: { packet: [event, ...args] } });
  }

  #with(change: Partial<Target>): ClusterEmitter {
    return new ClusterEmitter(this.#channel, { ...this.#target, ...change });
  }

  #options(): EncodedOptions {
    const { rooms, except, flags } = this.#target;
    return { rooms: [...new Set(rooms)], except: [...new Set(except)], flags };
  }

  #publish(message: UnsentMessage): void {
    const { publish, onError } = this.#channel;
    try {
      const sent = publish({ ...message, uid: "emitter", nsp: this.#target.nsp } as ClusterMessage);
      Promise.resolve(sent).catch(onError);
    } catch (error) {
      onError(error);
    }
  }
}

function assertNoAck(args: unknown[]): void {
  if (typeof args[args.length - 1] === "function") {
    throw emitterError("ERR_NO_ACKS", "acknowledgements are not supported by an emitter");
  }
}

function emitterError(code: string, message: string): Error & { code: string } {
  return Object.assign(new Error(message), { code });
}
