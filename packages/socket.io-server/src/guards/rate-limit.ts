// biome-ignore-all lint/suspicious/noExplicitAny: reason: events have arguments of any shape
import { codedError } from "../errors.js";
import { eventSize } from "./event-size.js";
import { type RateLimit, resolveRateLimit, TokenBucket, TokenBuckets } from "./token-bucket.js";

type EventMiddleware = (event: [string, ...any[]], next: (error?: Error) => void) => void;

/** What a rate limiter needs of a socket. */
export interface RateLimitedSocket {
  readonly handshake: { readonly address: string };
  use(middleware: EventMiddleware): unknown;
}

/** An event that was dropped because it was too much. */
export interface RateLimitExcess {
  /** Which limit; for `perEvent` the name of the event is in `event`. */
  readonly limit: "events" | "perEvent" | "bytes" | "address";
  readonly event: string;
  /** In how many milliseconds such an event would pass; `Infinity` if never. */
  readonly retryAfter: number;
  /** Absent if the limiter was given to `socket.use()`. */
  readonly socket?: RateLimitedSocket;
}

export interface RateLimitOptions {
  /** The events of a socket. */
  events?: RateLimit;
  /** The events of a socket that have a name. */
  perEvent?: Readonly<Record<string, RateLimit>>;
  /** The bytes of the events of a socket, about as many as they take on the wire. */
  bytes?: RateLimit;
  /** The events of all sockets with the same address. Not for `socket.use()`. */
  address?: RateLimit;
  /** Finds the address; needed behind a proxy. The address of the handshake unless given. */
  addressOf?(socket: any): string;
  /** Told of each event that is dropped: to log it, or to disconnect the socket. */
  onLimit?(excess: RateLimitExcess): void;
}

/** A listener for `connection`, a middleware for `io.use()`, or one for `socket.use()`. */
export interface RateLimiter {
  (socket: RateLimitedSocket, next?: (error?: Error) => void): void;
  (event: [string, ...any[]], next: (error?: Error) => void): void;
}

/**
 * Limits how much clients send, with token buckets. What is too much reaches no listener but catch-all ones; a client that waits for
 * its acknowledgement gets `{ error: { code: "ERR_RATE_LIMITED", message, retryAfter } }`, with `retryAfter` in milliseconds.
 *
 * As a listener for `connection` it limits each socket, and their addresses. So it does as a middleware of the namespace, except for
 * sockets that are recovered without middleware. As a middleware of a socket it limits this one.
 *
 * @throws Error with code `ERR_INVALID_OPTION`
 * @example
 * io.on("connection", rateLimit({ events: { rate: 20, burst: 100 }, perEvent: { search: { rate: 1 } }, address: { rate: 200 } }));
 * socket.use(rateLimit({ bytes: { rate: 10_000, burst: 1_000_000 } }));
 */
export function rateLimit(options: RateLimitOptions): RateLimiter {
  const { addressOf = ({ handshake }: RateLimitedSocket) => handshake.address, onLimit } = options;
  const limits = resolve(options);
  const addresses = limits.address && new TokenBuckets(limits.address);

  const forSocket = (socket?: RateLimitedSocket): EventMiddleware => {
    const buckets = new SocketBuckets(limits);
    const address = socket && addresses ? String(addressOf(socket)) : undefined;
    return (event, next) => {
      const now = performance.now();
      const shared = address === undefined ? undefined : addresses?.of(address, now);
      const excess = buckets.take(event, now, shared);
      if (!excess) {
        next();
        return;
      }
      const ack: unknown = event[event.length - 1];
      if (typeof ack === "function") ack({ error: refusal(excess.retryAfter) });
      onLimit?.({ ...excess, event: event[0], ...(socket && { socket }) });
    };
  };

  let alone: EventMiddleware | undefined;
  return (
    subject: RateLimitedSocket | [string, ...any[]],
    next: (error?: Error) => void = () => {},
  ): void => {
    if (!Array.isArray(subject)) {
      subject.use(forSocket(subject));
      next();
      return;
    }
    if (addresses) {
      throw codedError(
        "ERR_INVALID_OPTION",
        '"address" limits several sockets: use io.on("connection", rateLimit(…)) instead of socket.use()',
      );
    }
    alone ??= forSocket();
    alone(subject, next);
  };
}

type Limits = {
  readonly [Name in "events" | "bytes" | "address"]?: Required<RateLimit> | undefined;
} & { readonly perEvent: ReadonlyMap<string, Required<RateLimit>> };

function resolve({ events, bytes, address, perEvent = {} }: RateLimitOptions): Limits {
  const named = Object.entries(perEvent).map(
    ([name, limit]) => [name, resolveRateLimit(`perEvent.${name}`, limit)] as const,
  );
  if (!events && !bytes && !address && named.length === 0) {
    throw codedError("ERR_INVALID_OPTION", 'one of "events", "perEvent", "bytes" and "address" is needed');
  }
  return {
    events: events && resolveRateLimit("events", events),
    bytes: bytes && resolveRateLimit("bytes", bytes),
    address: address && resolveRateLimit("address", address),
    perEvent: new Map(named),
  };
}

type Claim = [limit: RateLimitExcess["limit"], bucket: TokenBucket, count: number];

/** The buckets of one socket, made when they are needed. */
class SocketBuckets {
  readonly #limits: Limits;
  #events: TokenBucket | undefined;
  #bytes: TokenBucket | undefined;
  #named: Map<string, TokenBucket> | undefined;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Takes what the event costs, from all buckets or from none; returns what there was too little of. */
  take(
    [name, ...args]: [string, ...unknown[]],
    now: number,
    address: TokenBucket | undefined,
  ): { limit: RateLimitExcess["limit"]; retryAfter: number } | undefined {
    const claims: Claim[] = [];
    const { events, bytes, perEvent } = this.#limits;
    if (events) {
      this.#events ??= new TokenBucket(events, now);
      claims.push(["events", this.#events, 1]);
    }
    const limit = perEvent.get(name);
    if (limit) claims.push(["perEvent", this.#bucketOf(name, limit, now), 1]);
    if (bytes) {
      this.#bytes ??= new TokenBucket(bytes, now);
      claims.push(["bytes", this.#bytes, eventSize([name, ...args])]);
    }
    if (address) claims.push(["address", address, 1]);

    for (const [exceeded, bucket, count] of claims) {
      const retryAfter = bucket.wait(count, now);
      if (retryAfter > 0) return { limit: exceeded, retryAfter };
    }
    for (const [, bucket, count] of claims) bucket.take(count);
    return undefined;
  }

  #bucketOf(name: string, limit: Required<RateLimit>, now: number): TokenBucket {
    this.#named ??= new Map();
    let bucket = this.#named.get(name);
    if (!bucket) {
      bucket = new TokenBucket(limit, now);
      this.#named.set(name, bucket);
    }
    return bucket;
  }
}

function refusal(retryAfter: number): object {
  return {
    code: "ERR_RATE_LIMITED",
    message: "too much, too fast",
    // There is no infinity in JSON.
    retryAfter: retryAfter === Number.POSITIVE_INFINITY ? null : Math.ceil(retryAfter),
  };
}
