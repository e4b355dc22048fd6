import { useEffect } from "react";
import type { Socket } from "socket.io-client";
import type { DefaultEventsMap, EventsMap } from "typed-emitter";
import { useEntry } from "./provider.js";

/**
 * The socket of a namespace, connected as long as a component that uses it is mounted.
 *
 * @param namespace such as `/chat` @default "/"
 * @throws `ERR_NO_PROVIDER` outside of a `SocketProvider`
 *
 * @example
 * const socket = useSocket<ServerToClient, ClientToServer>();
 * return <button onClick={() => socket.emit("like")}>Like</button>;
 */
export function useSocket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
>(namespace = "/"): Socket<ListenEvents, EmitEvents> {
  const entry = useEntry(namespace);
  useEffect(() => entry.retain(), [entry]);
  return entry.socket as unknown as Socket<ListenEvents, EmitEvents>;
}
