import type { Socket } from "socket.io-client";
import { type ConnectionStatus, nextStatus, type StatusEvent } from "./status.js";

/** One namespace: its socket, how many components use it, and its status. */
export class NamespaceEntry {
  readonly socket: Socket;
  #status: ConnectionStatus = "disconnected";
  #users = 0;
  readonly #observers = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    const ended = () => this.#enter(socket.active ? "lost" : "over");
    socket.on("connect", () => this.#enter("connect")).on("disconnect", ended);
    // An attempt that fails and is followed by another one changes nothing.
    socket.on("connect_error", () => {
      if (!socket.active) this.#enter("over");
    });
    socket.io.on("reconnect_failed", () => this.#enter("over"));
    socket.io.on("reconnect_attempt", () => {
      if (socket.active) this.#enter("wanted");
    });
  }

  readonly status = (): ConnectionStatus => this.#status;

  readonly subscribe = (observer: () => void): (() => void) => {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  };

  /** Connects for the first user; the function it returns disconnects with the last one. */
  retain(): () => void {
    if (this.#users++ === 0) {
      this.#enter("wanted");
      this.socket.connect();
    }
    return () => {
      this.#users--;
      // A component that is mounted in the same moment, as in StrictMode, keeps the connection.
      queueMicrotask(() => {
        if (this.#users > 0 || !this.socket.active) return;
        this.socket.disconnect();
        this.#enter("over");
      });
    };
  }

  #enter(event: StatusEvent): void {
    const status = nextStatus(this.#status, event);
    if (status === this.#status) return;
    this.#status = status;
    for (const observer of this.#observers) observer();
  }
}
