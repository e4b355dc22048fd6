import { waitFor } from "testkit";
import type { Socket } from "../../src/index.js";
import type { Started } from "../support/start.js";

interface Joined {
  client: ReturnType<Started["connect"]>;
  socket: Socket;
}

/** A client that is in a namespace, and its socket. */
export async function joined({ io, connect }: Started, nsp = "/", options = {}): Promise<Joined> {
  const accepted = waitFor<[Socket]>(io.of(nsp), "connection");
  const client = connect(nsp, { transports: ["websocket"], ...options });
  await waitFor(client, "connect");
  const [socket] = await accepted;
  return { client, socket };
}

/** What a function returns, or the message of what it throws. */
export function attempt(fn: () => unknown): unknown {
  try {
    return fn();
  } catch (error) {
    return `throws ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Values as they can be compared: of an error its message, since our errors have a code besides. */
export function plain(values: unknown[]): unknown[] {
  return values.map((value) => (value instanceof Error ? `Error: ${value.message}` : value));
}
