import type { BunServer } from "./bun-peer.js";

/** What the runtime, or a framework on top of it, gives beside a request, as far as it is used here. Anything else will do as well. */
interface Given {
  /** Of `Bun.serve`: the server itself. */
  upgrade?: unknown;
  /** Of frameworks on Bun: the server. */
  server?: unknown;
  /** Of `Deno.serve`. */
  remoteAddr?: { hostname?: string };
  completed?: PromiseLike<unknown>;
  /** Of `@hono/node-server`. */
  incoming?: { socket?: { remoteAddress?: string } };
  outgoing?: { once?(event: "close", listener: () => void): unknown };
}

/** What there is besides a request. */
export interface Surroundings {
  readonly remoteAddress: string;
  readonly bun: BunServer | undefined;
  /** The request in the shape of Node.js, where the framework has it. */
  readonly incoming: unknown;
  /** Settles once the response has been read, or the client has gone. */
  readonly delivered: PromiseLike<unknown> | undefined;
}

/** Looks at what came beside a request: the second argument of a `fetch` handler, or `c.env` in Hono. */
export function lookAround(request: Request, given: unknown): Surroundings {
  const env = (given ?? {}) as Given;
  const bun = [env, env.server].find(isBunServer);
  const remoteAddress =
    bun?.requestIP(request)?.address ?? env.remoteAddr?.hostname ?? env.incoming?.socket?.remoteAddress ?? "";
  return { remoteAddress, bun, incoming: env.incoming, delivered: env.completed ?? closeOf(env.outgoing) };
}

function closeOf(outgoing: Given["outgoing"]): Promise<void> | undefined {
  return outgoing?.once && new Promise((resolve) => outgoing.once?.("close", () => resolve()));
}

function isBunServer(value: unknown): value is BunServer {
  const { upgrade, requestIP } = (value ?? {}) as Partial<BunServer>;
  return typeof upgrade === "function" && typeof requestIP === "function";
}
