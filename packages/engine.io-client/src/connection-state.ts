/** Where a connection stands. `closing` means: closed by this side as soon as the last packets are sent. */
export type ConnectionState = "opening" | "open" | "closing" | "closed";

/** `handshake`: the server accepted; `close`: this side wants to leave; `end`: it is over, whoever ended it. */
export type ConnectionEvent = "handshake" | "close" | "end";

export const nextConnectionState = (state: ConnectionState, event: ConnectionEvent): ConnectionState =>
  state === "closed" || event === "end"
    ? "closed"
    : event === "close"
      ? "closing"
      : state === "opening"
        ? "open"
        : state;
