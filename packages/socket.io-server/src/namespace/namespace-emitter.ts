// biome-ignore-all lint/suspicious/noExplicitAny: reason: `data` is of any shape unless the application says so
import type { Adapter, Room, SocketId } from "socket.io-adapter";
import {
  type AllButLast,
  type DecorateAcknowledgements,
  type DecorateAcknowledgementsWithMultipleResponses,
  type DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
  type DefaultEventsMap,
  type EventNames,
  type EventNamesWithAck,
  type EventNamesWithoutAck,
  type EventParams,
  type EventsMap,
  type FirstNonErrorArg,
  type Last,
  type RemoveAcknowledgements,
  TypedEmitter,
} from "typed-emitter";
import { BroadcastOperator, type RemoteSocket } from "../broadcast/broadcast-operator.js";
import { assertServerSideEmittable } from "../socket/reserved-events.js";

/** The events that a namespace emits for itself. */
export interface NamespaceReservedEventsMap<Socket> {
  connect: (socket: Socket) => void;
  connection: (socket: Socket) => void;
}

type NamespaceOperator<EmitEvents extends EventsMap, SocketData> = BroadcastOperator<
  DecorateAcknowledgementsWithMultipleResponses<EmitEvents>,
  SocketData
>;

/** What a namespace sends to its sockets, and to the other servers. */
export abstract class NamespaceEmitter<
  EmitEvents extends EventsMap = DefaultEventsMap,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
  Socket = unknown,
> extends TypedEmitter<
  ServerSideEvents,
  RemoveAcknowledgements<EmitEvents>,
  NamespaceReservedEventsMap<Socket>
> {
  adapter!: Adapter;

  /** To the sockets in the room, or in any of the rooms. */
  to(room: Room | Room[]): NamespaceOperator<EmitEvents, SocketData> {
    return this.#operator().to(room);
  }

  /** Same as `to`. */
  in(room: Room | Room[]): NamespaceOperator<EmitEvents, SocketData> {
    return this.#operator().to(room);
  }

  /** To the sockets that are not in the room, nor in any of the rooms. */
  except(room: Room | Room[]): NamespaceOperator<EmitEvents, SocketData> {
    return this.#operator().except(room);
  }

  /** Whether the packet may be compressed. */
  compress(compress: boolean): NamespaceOperator<EmitEvents, SocketData> {
    return this.#operator().compress(compress);
  }

  /** Dropped for sockets whose connection cannot send at once. */
  get volatile(): NamespaceOperator<EmitEvents, SocketData> {
    return this.#operator().volatile;
  }

  /** Only to the sockets of this server. */
  get local(): NamespaceOperator<EmitEvents, SocketData> {
    return this.#operator().local;
  }

  /** No effect: every packet is JSON already. For code written for the original API. */
  get json(): this {
    return this;
  }

  /** How many milliseconds the clients have to acknowledge. */
  timeout(
    timeout: number,
  ): BroadcastOperator<
    DecorateAcknowledgements<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>>,
    SocketData
  > {
    return this.#operator().timeout(timeout);
  }

  #operator(): NamespaceOperator<EmitEvents, SocketData> {
    return new BroadcastOperator(this.adapter);
  }

  /**
   * Sends an event to all sockets of the namespace.
   *
   * @returns `true`
   * @throws Error with code `ERR_RESERVED_EVENT`
   */
  override emit<Ev extends EventNamesWithoutAck<EmitEvents>>(
    ev: Ev,
    ...args: EventParams<EmitEvents, Ev>
  ): boolean {
    return new BroadcastOperator<EmitEvents, SocketData>(this.adapter).emit(ev, ...args);
  }

  /** Sends a `message` event to all sockets of the namespace. */
  send(...args: EventParams<EmitEvents, "message">): this {
    this.emit("message" as never, ...(args as never));
    return this;
  }

  /** Same as `send`. */
  write(...args: EventParams<EmitEvents, "message">): this {
    return this.send(...args);
  }

  /**
   * Sends an event to the other servers of the cluster. A function as last argument gets `(err, responses)`.
   *
   * @example
   * io.serverSideEmit("hello", "world");
   * io.on("hello", (arg) => {}); // on the others
   */
  serverSideEmit<Ev extends EventNames<ServerSideEvents>>(
    ev: Ev,
    ...args: EventParams<DecorateAcknowledgementsWithTimeoutAndMultipleResponses<ServerSideEvents>, Ev>
  ): boolean {
    assertServerSideEmittable(ev);
    this.adapter.serverSideEmit([ev, ...(args as unknown[])]);
    return true;
  }

  /** `serverSideEmit`, with the responses as a promise; it rejects with an error whose `responses` are those so far. */
  serverSideEmitWithAck<Ev extends EventNamesWithAck<ServerSideEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<ServerSideEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<ServerSideEvents, Ev>>>[]> {
    return new Promise((resolve, reject) => {
      const callback = (error: Error | null, responses: never) => {
        if (error) reject(Object.assign(error, { responses }));
        else resolve(responses);
      };
      this.serverSideEmit(ev, ...([...args, callback] as never));
    });
  }

  /** @deprecated use `fetchSockets` */
  allSockets(): Promise<Set<SocketId>> {
    return this.#operator().allSockets();
  }

  /** The sockets of the namespace, of all servers. */
  fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    return new BroadcastOperator<EmitEvents, SocketData>(this.adapter).fetchSockets();
  }

  /** Makes all sockets of the namespace join a room, or rooms. */
  socketsJoin(room: Room | Room[]): void {
    this.#operator().socketsJoin(room);
  }

  /** Makes all sockets of the namespace leave a room, or rooms. */
  socketsLeave(room: Room | Room[]): void {
    this.#operator().socketsLeave(room);
  }

  /** Disconnects all sockets of the namespace; with `close` their whole connections. */
  disconnectSockets(close = false): void {
    this.#operator().disconnectSockets(close);
  }
}
