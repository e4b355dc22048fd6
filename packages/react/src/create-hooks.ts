import type { Socket, SocketReservedEvents } from "socket.io-client";
import type {
  AllButLast,
  EventNames,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "typed-emitter";
import type { ConnectionStatus } from "./status.js";
import { useConnectionStatus } from "./use-connection-status.js";
import { type EmitWithAckOptions, type Request, useEmitWithAck } from "./use-emit-with-ack.js";
import { useEvent } from "./use-event.js";
import { useSocket } from "./use-socket.js";

/** The hooks of one namespace, with the types of its events. */
export interface SocketHooks<ListenEvents extends EventsMap, EmitEvents extends EventsMap> {
  useSocket(): Socket<ListenEvents, EmitEvents>;
  useConnectionStatus(): ConnectionStatus;
  useEvent<Ev extends ReservedOrUserEventNames<SocketReservedEvents, ListenEvents>>(
    event: Ev,
    handler: ReservedOrUserListener<SocketReservedEvents, ListenEvents, Ev>,
  ): void;
  useEmitWithAck<Ev extends EventNames<EmitEvents>>(
    event: Ev,
    options?: Omit<EmitWithAckOptions, "namespace">,
  ): Request<AllButLast<EventParams<EmitEvents, Ev>>, FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>>;
}

/**
 * The hooks for one namespace, typed by its events once and for all.
 *
 * @example
 * export const { useSocket, useEvent, useEmitWithAck, useConnectionStatus } =
 *   createHooks<ServerToClient, ClientToServer>("/chat");
 */
export function createHooks<ListenEvents extends EventsMap, EmitEvents extends EventsMap = ListenEvents>(
  namespace = "/",
): SocketHooks<ListenEvents, EmitEvents> {
  return {
    useSocket: () => useSocket(namespace),
    useConnectionStatus: () => useConnectionStatus(namespace),
    useEvent: (event, handler) => useEvent<ListenEvents, typeof event>(event, handler, namespace),
    useEmitWithAck: (event, options) =>
      useEmitWithAck<EmitEvents, typeof event>(event, { ...options, namespace }),
  };
}
