import { useEffect, useInsertionEffect, useRef } from "react";
import type { SocketReservedEvents } from "socket.io-client";
import type {
  DefaultEventsMap,
  EventsMap,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "typed-emitter";
import { useSocket } from "./use-socket.js";

/**
 * Calls the handler for each event of that name, as long as the component is mounted. The handler of the last render is the
 * one that is called: it sees the present props and state, and need not be memoized.
 *
 * @param event one of the server's, or `connect`, `connect_error`, `disconnect`
 *
 * @example
 * useEvent("message", (text) => setMessages([...messages, text]));
 */
export function useEvent<
  ListenEvents extends EventsMap = DefaultEventsMap,
  Ev extends ReservedOrUserEventNames<SocketReservedEvents, ListenEvents> = ReservedOrUserEventNames<
    SocketReservedEvents,
    ListenEvents
  >,
>(
  event: Ev,
  handler: ReservedOrUserListener<SocketReservedEvents, ListenEvents, Ev>,
  namespace?: string,
): void {
  const socket = useSocket(namespace);
  const latest = useRef(handler as (...args: unknown[]) => void);
  useInsertionEffect(() => {
    latest.current = handler as (...args: unknown[]) => void;
  });
  useEffect(() => {
    const listener = (...args: unknown[]) => latest.current(...args);
    socket.on(event as string, listener);
    return () => {
      socket.off(event as string, listener);
    };
  }, [socket, event]);
}
