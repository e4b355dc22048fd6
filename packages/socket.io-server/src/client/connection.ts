import type { IncomingMessage } from "node:http";
import type { PreparedMessage } from "engine.io/internal";

/**
 * A connection, as an engine must offer it to be used with `io.bind(engine)`.
 */
export interface Connection {
  readonly id: string;
  /** The revision of the Engine.IO protocol. */
  readonly protocol: number;
  readonly readyState: "opening" | "open" | "closing" | "closed";
  readonly request: IncomingMessage;
  readonly remoteAddress: string;
  readonly transport: { readonly name: string; readonly writable: boolean };
  /** Bytes written that the client has not read, as far as the engine can tell. */
  readonly bufferedAmount?: number;
  /** @param options - `droppable: false` for what the engine must not drop when the client reads too slowly */
  write(data: string | Uint8Array, options?: { compress?: boolean; droppable?: boolean }): unknown;
  close(discard?: boolean): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: reason: the arguments differ by event, and an engine may have events of its own
  on(event: "data" | "close" | "error", listener: (...args: any[]) => void): unknown;

  /** Writes a message that other connections are sent too. Engines without it are given its parts. */
  writePrepared?(message: PreparedMessage, options?: { compress?: boolean }): unknown;
}

/** An engine: whatever emits `connection` for each new connection. */
export interface EngineLike {
  on(event: "connection", listener: (connection: Connection) => void): unknown;
  close?(): unknown;
}
