import { useEffect, useSyncExternalStore } from "react";
import { useEntry } from "./provider.js";
import type { ConnectionStatus } from "./status.js";

const onServer = (): ConnectionStatus => "disconnected";

/**
 * Where the connection of a namespace is, for the user to see. While rendering on a server it is `disconnected`.
 *
 * @example
 * const status = useConnectionStatus();
 * return status === "reconnecting" ? <p>Connection lost, trying again…</p> : null;
 */
export function useConnectionStatus(namespace = "/"): ConnectionStatus {
  const entry = useEntry(namespace);
  useEffect(() => entry.retain(), [entry]);
  return useSyncExternalStore(entry.subscribe, entry.status, onServer);
}
