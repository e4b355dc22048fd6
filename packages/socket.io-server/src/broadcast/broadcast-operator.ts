import type { Adapter, BroadcastFlags, BroadcastOptions, Room, SocketId } from "socket.io-adapter";
import { PacketType } from "socket.io-parser";
import type {
  AllButLast,
  DecorateAcknowledgements,
  EventNames,
  EventNamesWithError,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  TypedEventBroadcaster,
} from "typed-emitter";
import type { NamespaceContract } from "../contract.js";
import type { Handshake } from "../socket/handshake.js";
import { assertEmittable } from "../socket/reserved-events.js";
import { BroadcastAcks } from "./broadcast-acks.js";

export interface OperatorFlags extends BroadcastFlags {
  /** One client answers, not several: the acknowledgement gets its value and not an array. */
  expectSingleResponse?: boolean;
}

/**
 * Says to whom a packet goes and how, then emits it or acts on those sockets. Each operator returns a new one.
 *
 * @example
 * io.to("room-1").to("room-2").except("room-3").emit("hello");
 * io.in("room-1").socketsJoin("room-2");
 */
export class BroadcastOperator<EmitEvents extends EventsMap, SocketData>
  implements TypedEventBroadcaster<EmitEvents>
{
  readonly #adapter: Adapter;
  readonly #rooms: ReadonlySet<Room> | undefined;
  readonly #except: ReadonlySet<Room> | undefined;
  readonly #flags: OperatorFlags | undefined;

  constructor(
    adapter: Adapter,
    rooms?: ReadonlySet<Room>,
    exceptRooms?: ReadonlySet<Room>,
    flags?: OperatorFlags,
  ) {
    this.#adapter = adapter;
    this.#rooms = rooms;
    this.#except = exceptRooms;
    this.#flags = flags;
  }

  /**
   * Only to sockets in the room, or in one of the rooms; several calls add up.
   *
   * @example
   * io.to("room-1").to(["room-2", "room-3"]).emit("hello"); // once to each socket
   */
  to(room: Room | Room[]): BroadcastOperator<EmitEvents, SocketData> {
    return new BroadcastOperator(this.#adapter, withRooms(this.#rooms, room), this.#except, this.#flags);
  }

  /** Same as `to`. */
  in(room: Room | Room[]): BroadcastOperator<EmitEvents, SocketData> {
    return this.to(room);
  }

  /** Not to sockets in the room, or in any of the rooms. */
  except(room: Room | Room[]): BroadcastOperator<EmitEvents, SocketData> {
    return new BroadcastOperator(this.#adapter, this.#rooms, withRooms(this.#except, room), this.#flags);
  }

  /** Whether the packet may be compressed. */
  compress(compress: boolean): BroadcastOperator<EmitEvents, SocketData> {
    return this.#with({ compress });
  }

  /** Dropped for sockets whose connection cannot send at once. */
  get volatile(): BroadcastOperator<EmitEvents, SocketData> {
    return this.#with({ volatile: true });
  }

  /** Only to sockets of this server. */
  get local(): BroadcastOperator<EmitEvents, SocketData> {
    return this.#with({ local: true });
  }

  /** No effect: every packet is JSON already. For code written for the original API. */
  get json(): this {
    return this;
  }

  /**
   * How many milliseconds the clients have to acknowledge.
   *
   * @example
   * io.timeout(1000).emit("some-event", (err, responses) => {});
   */
  timeout(timeout: number): BroadcastOperator<DecorateAcknowledgements<EmitEvents>, SocketData> {
    return this.#with({ timeout }) as never;
  }

  #with(flags: OperatorFlags): BroadcastOperator<EmitEvents, SocketData> {
    return new BroadcastOperator(this.#adapter, this.#rooms, this.#except, { ...this.#flags, ...flags });
  }

  /**
   * Sends an event. A function as last argument gets `(err, responses)` when every client has acknowledged, or an error and the
   * responses so far when the time given to `timeout` is up.
   *
   * @returns `true`
   * @throws Error with code `ERR_RESERVED_EVENT`
   */
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean {
    assertEmittable(ev);
    const data: unknown[] = [ev, ...args];
    const packet: { type: number; data: unknown[]; id?: number } = { type: PacketType.EVENT, data };
    if (typeof data[data.length - 1] !== "function") {
      this.#adapter.broadcast(packet as never, this.#options());
      return true;
    }
    const callback = data.pop() as (...args: unknown[]) => void;
    const nsp = this.#adapter.nsp as unknown as NamespaceContract;
    const { _errors: errors } = nsp.server;
    const acks = new BroadcastAcks(
      (...args) => {
        // Too late for those that have not answered.
        if (args[0]) forgetAcks(nsp, packet.id);
        if (errors.handler)
          errors.callAll(undefined, [callback], args, { kind: "ack", nsp, event: String(ev) });
        else callback(...args);
      },
      this.#flags?.timeout,
      this.#flags?.expectSingleResponse === true,
    );
    this.#adapter.broadcastWithAck(packet as never, this.#options(), acks.onClientCount, acks.onResponse);
    // Asked after the packet went out, so that an adapter may count late.
    Promise.resolve(this.#adapter.serverCount()).then(
      (count) => acks.expectServers(count),
      () => {},
    );
    return true;
  }

  /** Sends a `message` event. */
  send(...args: EventParams<EmitEvents, "message">): this {
    this.emit("message", ...args);
    return this;
  }

  /**
   * `emit`, with the responses as a promise.
   *
   * @returns a promise that rejects when the time is up, with an error whose `responses` are those so far
   * @example
   * const responses = await io.timeout(1000).emitWithAck("some-event");
   */
  emitWithAck<Ev extends EventNamesWithError<EmitEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
    return new Promise((resolve, reject) => {
      const callback = (error: Error | null, responses: never) => {
        if (error) reject(Object.assign(error, { responses }));
        else resolve(responses);
      };
      this.emit(ev, ...([...args, callback] as never));
    });
  }

  /** @deprecated use `fetchSockets` */
  allSockets(): Promise<Set<SocketId>> {
    return this.#adapter.sockets(new Set(this.#rooms));
  }

  /** The matching sockets, of all servers unless `local`. */
  async fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    const sockets = await this.#adapter.fetchSockets(this.#options());
    return (sockets as (SocketDetails<SocketData> & { server?: unknown })[]).map((socket) =>
      // A socket of this server has a server, what another server told of one has not.
      socket.server ? (socket as never) : new RemoteSocket<EmitEvents, SocketData>(this.#adapter, socket),
    );
  }

  /** Makes the matching sockets join a room, or rooms. */
  socketsJoin(room: Room | Room[]): void {
    this.#adapter.addSockets(this.#options(), toArray(room));
  }

  /** Makes the matching sockets leave a room, or rooms. */
  socketsLeave(room: Room | Room[]): void {
    this.#adapter.delSockets(this.#options(), toArray(room));
  }

  /** Disconnects the matching sockets; with `close` their whole connection. */
  disconnectSockets(close = false): void {
    this.#adapter.disconnectSockets(this.#options(), close);
  }

  #options(): BroadcastOptions {
    // Copies, since an adapter may keep or change what it is given.
    return { rooms: new Set(this.#rooms), except: new Set(this.#except), flags: { ...this.#flags } };
  }
}

interface AckHolder {
  readonly acks: Map<number, unknown>;
}

interface SocketDetails<SocketData> {
  id: SocketId;
  handshake: Handshake;
  rooms: Iterable<Room>;
  data: SocketData;
}

/** A socket of this server or another one of the cluster, as `fetchSockets` gives it. */
export class RemoteSocket<EmitEvents extends EventsMap, SocketData>
  implements TypedEventBroadcaster<EmitEvents>
{
  readonly id: SocketId;
  readonly handshake: Handshake;
  readonly rooms: Set<Room>;
  readonly data: SocketData;
  readonly #operator: BroadcastOperator<EmitEvents, SocketData>;

  constructor(adapter: Adapter, details: SocketDetails<SocketData>) {
    this.id = details.id;
    this.handshake = details.handshake;
    this.rooms = new Set(details.rooms);
    this.data = details.data;
    this.#operator = new BroadcastOperator(adapter, new Set([this.id]), undefined, {
      expectSingleResponse: true,
    });
  }

  /** How many milliseconds the client has to acknowledge. */
  timeout(timeout: number): BroadcastOperator<DecorateAcknowledgements<EmitEvents>, SocketData> {
    return this.#operator.timeout(timeout);
  }

  /** Sends an event to this socket. */
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean {
    return this.#operator.emit(ev, ...args);
  }

  /** Makes it join a room, or rooms. */
  join(room: Room | Room[]): void {
    this.#operator.socketsJoin(room);
  }

  /** Makes it leave a room. */
  leave(room: Room): void {
    this.#operator.socketsLeave(room);
  }

  /** Disconnects it; with `close` its whole connection. */
  disconnect(close = false): this {
    this.#operator.disconnectSockets(close);
    return this;
  }
}

function forgetAcks({ sockets, server }: NamespaceContract, id: number | undefined): void {
  if (id === undefined) return;
  for (const socket of sockets.values()) (socket as Partial<AckHolder>).acks?.delete(id);
  server._drain?.settled();
}

function withRooms(rooms: ReadonlySet<Room> | undefined, more: Room | Room[]): ReadonlySet<Room> {
  const union = new Set(rooms);
  for (const room of toArray(more)) union.add(room);
  return union;
}

function toArray(room: Room | Room[]): Room[] {
  return Array.isArray(room) ? room : [room];
}
