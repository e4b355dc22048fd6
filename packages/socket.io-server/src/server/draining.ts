import type { EngineLike } from "../client/connection.js";
import { Drain, type DrainedClient, type DrainOptions } from "./drain.js";

type Refusal = (request: unknown, decide: (error: string, allowed: boolean) => void) => void;

/** As much of our engine as others may have. */
interface DrainableEngine extends EngineLike {
  readonly clients?: Readonly<Record<string, DrainedClient["conn"]>>;
  readonly opts?: { allowRequest?: unknown };
}

interface PopulatedNamespace {
  readonly sockets: ReadonlyMap<string, { readonly client: DrainedClient }>;
}

/**
 * Starts draining: the engine refuses new connections, and those that there are end one by one.
 *
 * @returns the drain, and a function that admits new connections again
 * @throws Error with code `ERR_INVALID_OPTION`
 */
export function startDrain(
  engine: EngineLike | undefined,
  namespaces: Iterable<PopulatedNamespace>,
  options: DrainOptions | undefined,
): [drain: Drain, admitAgain: () => void] {
  const { clients = {}, opts } = (engine ?? {}) as Partial<DrainableEngine>;
  const drain = new Drain(connected(clients, namespaces), options);
  if (!opts) return [drain, () => {}];
  // Read by the engine for each new connection.
  const { allowRequest } = opts;
  opts.allowRequest = refuse;
  return [
    drain,
    () => {
      opts.allowRequest = allowRequest;
    },
  ];
}

const refuse: Refusal = (_request, decide) => decide("the server is draining", false);

/** The clients, those included that are in no namespace yet. */
function connected(
  connections: Readonly<Record<string, DrainedClient["conn"]>>,
  namespaces: Iterable<PopulatedNamespace>,
): Iterable<DrainedClient> {
  const clients = new Map<unknown, DrainedClient>();
  for (const conn of Object.values(connections)) clients.set(conn, { conn, sockets: new Map() });
  for (const nsp of namespaces) {
    for (const { client } of nsp.sockets.values()) clients.set(client.conn, client);
  }
  return clients.values();
}
