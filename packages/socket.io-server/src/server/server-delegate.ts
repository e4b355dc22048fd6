// biome-ignore-all lint/suspicious/noExplicitAny: reason: `data` is of any shape unless the application says so
import type { Room, SocketId } from "socket.io-adapter";
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
import type { BroadcastOperator, RemoteSocket } from "../broadcast/broadcast-operator.js";
import type { SocketContract } from "../contract.js";
import type { ExtendedError, Namespace as NamespaceClass } from "../namespace/namespace.js";
import type { NamespaceReservedEventsMap } from "../namespace/namespace-emitter.js";

/** The events that the server emits for itself. */
export interface ServerReservedEventsMap<Socket, Namespace> extends NamespaceReservedEventsMap<Socket> {
  new_namespace: (namespace: Namespace) => void;
}

type Operator<EmitEvents extends EventsMap, SocketData> = BroadcastOperator<
  DecorateAcknowledgementsWithMultipleResponses<EmitEvents>,
  SocketData
>;

/** What the server does for its main namespace, listeners included. */
export abstract class ServerDelegate<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
  Socket extends SocketContract = SocketContract,
  Namespace extends NamespaceClass<ListenEvents, EmitEvents, ServerSideEvents, SocketData, any, any> = any,
> extends TypedEmitter<
  ServerSideEvents,
  RemoveAcknowledgements<EmitEvents>,
  ServerReservedEventsMap<Socket, Namespace>
> {
  /** The main namespace, `/`. */
  abstract sockets: Namespace;

  /**
   * Adds a middleware to the main namespace.
   *
   * @example
   * io.use((socket, next) => (socket.handshake.auth.token ? next() : next(new Error("unauthorized"))));
   */
  use(fn: (socket: Socket, next: (err?: ExtendedError) => void) => void): this {
    this.sockets.use(fn);
    return this;
  }

  /**
   * To the sockets in the room, or in any of the rooms.
   *
   * @example
   * io.to("room-1").to("room-2").emit("hello");
   */
  to(room: Room | Room[]): Operator<EmitEvents, SocketData> {
    return this.sockets.to(room);
  }

  /** Same as `to`. */
  in(room: Room | Room[]): Operator<EmitEvents, SocketData> {
    return this.sockets.to(room);
  }

  /** To the sockets that are not in the room, nor in any of the rooms. */
  except(room: Room | Room[]): Operator<EmitEvents, SocketData> {
    return this.sockets.except(room);
  }

  /** Whether the packet may be compressed. */
  compress(compress: boolean): Operator<EmitEvents, SocketData> {
    return this.sockets.compress(compress);
  }

  /** Dropped for sockets whose connection cannot send at once. */
  get volatile(): Operator<EmitEvents, SocketData> {
    return this.sockets.volatile;
  }

  /** Only to the sockets of this server. */
  get local(): Operator<EmitEvents, SocketData> {
    return this.sockets.local;
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
    return this.sockets.timeout(timeout);
  }

  /** Sends an event to all sockets of the main namespace. */
  override emit<Ev extends EventNamesWithoutAck<EmitEvents>>(
    ev: Ev,
    ...args: EventParams<EmitEvents, Ev>
  ): boolean {
    return this.sockets.emit(ev, ...args);
  }

  /** Sends a `message` event to all sockets of the main namespace. */
  send(...args: EventParams<EmitEvents, "message">): this {
    this.sockets.send(...args);
    return this;
  }

  /** Same as `send`. */
  write(...args: EventParams<EmitEvents, "message">): this {
    return this.send(...args);
  }

  /** Sends an event to the other servers of the cluster. */
  serverSideEmit<Ev extends EventNames<ServerSideEvents>>(
    ev: Ev,
    ...args: EventParams<DecorateAcknowledgementsWithTimeoutAndMultipleResponses<ServerSideEvents>, Ev>
  ): boolean {
    return this.sockets.serverSideEmit(ev, ...args);
  }

  /** `serverSideEmit`, with the responses as a promise. */
  serverSideEmitWithAck<Ev extends EventNamesWithAck<ServerSideEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<ServerSideEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<ServerSideEvents, Ev>>>[]> {
    return this.sockets.serverSideEmitWithAck(ev, ...args);
  }

  /** @deprecated use `fetchSockets` */
  allSockets(): Promise<Set<SocketId>> {
    return this.sockets.allSockets();
  }

  /** The sockets of the main namespace, of all servers. */
  fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    return this.sockets.fetchSockets();
  }

  /** Makes all sockets of the main namespace join a room, or rooms. */
  socketsJoin(room: Room | Room[]): void {
    this.sockets.socketsJoin(room);
  }

  /** Makes all sockets of the main namespace leave a room, or rooms. */
  socketsLeave(room: Room | Room[]): void {
    this.sockets.socketsLeave(room);
  }

  /** Disconnects all sockets of the main namespace; with `close` their whole connections. */
  disconnectSockets(close = false): void {
    this.sockets.disconnectSockets(close);
  }
}

type AnyMethods = Record<string, (...args: unknown[]) => unknown>;

// The listeners of the server are those of its main namespace.
for (const method of [
  "on",
  "addListener",
  "once",
  "off",
  "removeListener",
  "removeAllListeners",
  "prependListener",
  "prependOnceListener",
  "listeners",
  "rawListeners",
  "listenerCount",
  "hasListeners",
  "eventNames",
  "setMaxListeners",
  "getMaxListeners",
]) {
  (ServerDelegate.prototype as unknown as AnyMethods)[method] = function (
    this: { sockets: AnyMethods },
    ...args: unknown[]
  ) {
    const result = (this.sockets[method] as AnyMethods[string]).apply(this.sockets, args);
    return result === this.sockets ? this : result;
  };
}
