import type { Socket } from "./socket.js";

/** How a socket stands, for showing it. The same object as long as nothing changed. */
export interface ConnectionStatus {
  /** `disconnected`: nothing will happen until `connect()` is called. */
  readonly phase: "connecting" | "connected" | "reconnecting" | "disconnected";
  /** Which reconnection in a row is due or under way, 0 for none. */
  readonly attempt: number;
  /** Why the last connection ended, unless there is a new one. */
  readonly reason: Socket.DisconnectReason | undefined;
  /** What the last attempt failed with, unless there is a connection. */
  readonly error: Error | undefined;
}

/** What user interface libraries take for a store, React's `useSyncExternalStore` among them. */
export interface StatusStore {
  /** Has `listener` called after each change; returns what ends that. */
  subscribe(listener: () => void): () => void;
  getSnapshot(): ConnectionStatus;
}

/**
 * The status of a socket, as something to subscribe to. It listens to the socket while somebody is subscribed.
 *
 * @example
 * const status = connectionStatus(socket);
 * const stop = status.subscribe(() => show(status.getSnapshot().phase));
 * const { phase } = useSyncExternalStore(status.subscribe, status.getSnapshot); // React
 */
export function connectionStatus(socket: Socket): StatusStore {
  const { io } = socket;
  const listeners = new Set<() => void>();
  let attempt = 0;
  let reason: Socket.DisconnectReason | undefined;
  let error: Error | undefined;
  let snapshot: ConnectionStatus | undefined;

  const getSnapshot = (): ConnectionStatus => {
    const { connected, active } = socket;
    const isAgain = io._reconnecting || reason !== undefined;
    const phase = connected
      ? "connected"
      : !active || (attempt < 0 && io._readyState === "closed")
        ? "disconnected"
        : isAgain
          ? "reconnecting"
          : "connecting";
    const next: ConnectionStatus = { phase, attempt: Math.max(0, attempt), reason, error };
    const isSame = snapshot && Object.entries(next).every(([key, it]) => snapshot?.[key as "phase"] === it);
    if (!isSame) snapshot = next;
    return snapshot as ConnectionStatus;
  };
  const tell = () => {
    const before = snapshot;
    if (getSnapshot() !== before) for (const listener of [...listeners]) listener();
  };

  const onConnect = () => {
    attempt = 0;
    reason = error = undefined;
    tell();
  };
  const onDisconnect = (why: Socket.DisconnectReason) => {
    reason = why;
    tell();
  };
  const onConnectError = (err: Error) => {
    error = err;
    tell();
  };
  const onAttempt = (count: number) => {
    attempt = count;
    tell();
  };
  const onFailed = () => {
    attempt = -1;
    tell();
  };

  return {
    getSnapshot,
    subscribe(listener) {
      // A function of its own, so that one listener may subscribe twice.
      const own = () => listener();
      if (!listeners.size) {
        getSnapshot();
        socket.on("connect", onConnect).on("disconnect", onDisconnect).on("connect_error", onConnectError);
        io.on("reconnect_attempt", onAttempt).on("reconnect_failed", onFailed);
      }
      listeners.add(own);
      return () => {
        if (!listeners.delete(own) || listeners.size) return;
        socket.off("connect", onConnect).off("disconnect", onDisconnect).off("connect_error", onConnectError);
        io.off("reconnect_attempt", onAttempt).off("reconnect_failed", onFailed);
      };
    },
  };
}
