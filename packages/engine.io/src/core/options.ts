import type { EngineRequest, RawData, TransportName } from "./contract.js";
import { type CookieOption, type ResolvedCookie, resolveCookie } from "./cookie.js";
import type { CorsOptions, CorsOptionsDelegate } from "./cors.js";
import { OptionError } from "./errors.js";
import { BUFFER_POLICIES, type BufferPolicy } from "./flow-control.js";
import { type AllowedOrigins, originProblem } from "./origins.js";

/** `threshold`: the size in bytes from which a response is compressed; the rest is given to zlib. */
export interface CompressionOptions {
  threshold?: number;
  [zlibOption: string]: unknown;
}

export type AllowRequest<Request> = (
  request: Request,
  callback: (error: string | null | undefined, allowed: boolean) => void,
) => unknown;

export interface ServerOptions<Request = EngineRequest> {
  /**
   * How many milliseconds a client has to answer a ping.
   * @default 20000
   */
  pingTimeout?: number;
  /**
   * How many milliseconds pass between two pings.
   * @default 25000
   */
  pingInterval?: number;
  /**
   * How many milliseconds an upgrade to another transport may take.
   * @default 10000
   */
  upgradeTimeout?: number;
  /**
   * How many bytes a message, or the body of a request, may have. A client that sends more is disconnected.
   * @default 1000000
   */
  maxHttpBufferSize?: number;
  /**
   * How many bytes may wait for one client to read them, as `socket.bufferedAmount` counts them and 64 for each message; messages of
   * broadcasts, which are kept in two forms, count twice. A message is taken as long as less waits, whatever its own size. `Infinity`
   * for no limit.
   * @default 64 MiB, or 4 times `maxHttpBufferSize` where that is more
   */
  maxBufferedBytes?: number;
  /**
   * What happens to a connection at that limit: `"disconnect"` closes it, `"drop-oldest"` drops the messages that have waited longest,
   * `"drop-newest"` drops what is written. Volatile messages of Socket.IO are dropped long before, as soon as any message waits.
   * @default "disconnect"
   */
  bufferPolicy?: BufferPolicy;
  /**
   * From which origins browsers may connect, over any transport: origins such as `"https://example.com"`, patterns, a list of these, or a
   * function `(origin, request)` that returns a boolean or a promise of one. Requests without an `Origin` header are allowed, since those
   * of a browser come from the same origin, unless they are for JSONP or the browser says otherwise. Everyone may connect without it.
   */
  allowedOrigins?: AllowedOrigins<Request>;
  /**
   * Decides about each handshake: calls back `(error, allowed)`, or returns a promise of a boolean. A refused client is told
   * `error`, or "Forbidden".
   */
  allowRequest?: AllowRequest<Request>;
  /**
   * Which transports clients may use. `"webtransport"` needs a host for HTTP/3, which hands its sessions to `onWebTransportSession`.
   * @default ["polling", "websocket"]
   */
  transports?: TransportName[];
  /**
   * Whether a session may move from polling to another transport.
   * @default true
   */
  allowUpgrades?: boolean;
  /**
   * The permessage-deflate extension of WebSocket: `true`, or the options of `ws` for it. Each message is compressed by itself, a
   * broadcast once for all; with `serverNoContextTakeover: false` each connection compresses for itself, smaller, and at the cost of
   * much memory.
   * @default false
   */
  perMessageDeflate?: boolean | CompressionOptions;
  /**
   * The compression of polling responses: gzip, deflate or br, as the client likes.
   * @default { threshold: 1024 }
   */
  httpCompression?: boolean | CompressionOptions;
  /**
   * Another module with the interface of `ws`, or its server class.
   * @default our own code, which knows no extension; `ws` with `perMessageDeflate`
   */
  wsEngine?: unknown;
  /** A message that is sent with the handshake. */
  initialPacket?: RawData;
  /**
   * A cookie with the session id, for load balancers: `true` for a cookie named `io`, or its name and attributes.
   * @default false
   */
  cookie?: CookieOption;
  /** Cross-origin requests. No header is sent without it. WebSocket connections are not subject to CORS. */
  cors?: CorsOptions | CorsOptionsDelegate<Request>;
  /**
   * Whether clients of protocol 3 are served, which are those of Socket.IO 1 and 2. JSONP, of clients up to Socket.IO 4.0, is too.
   * @default false
   */
  allowEIO3?: boolean;
}

export const DEFAULTS = {
  pingTimeout: 20_000,
  pingInterval: 25_000,
  upgradeTimeout: 10_000,
  maxHttpBufferSize: 1e6,
  transports: ["polling", "websocket"],
  allowUpgrades: true,
  bufferPolicy: "disconnect",
  perMessageDeflate: false,
  httpCompression: { threshold: 1024 },
  cookie: false,
} as const;

/** The options with every default in place. */
export interface ResolvedOptions<Request = EngineRequest> extends ServerOptions<Request> {
  readonly pingTimeout: number;
  readonly pingInterval: number;
  readonly upgradeTimeout: number;
  readonly maxHttpBufferSize: number;
  readonly maxBufferedBytes: number;
  readonly bufferPolicy: BufferPolicy;
  readonly transports: TransportName[];
  readonly allowUpgrades: boolean;
  readonly perMessageDeflate: false | CompressionOptions;
  readonly httpCompression: false | CompressionOptions;
  readonly resolvedCookie: ResolvedCookie;
}

const LEAST_MAX_BUFFERED_BYTES = 64 * 1024 * 1024;

// The longest delay a timer of the runtime takes; with a longer one it would fire at once.
export const MAX_DELAY = 2 ** 31 - 1;

/**
 * The options with every default in place; `options` is left as it is.
 *
 * @throws OptionError for a value that is wrong, unknown or contradicts another
 */
export function resolveServerOptions<Request>(
  options: ServerOptions<Request> = {},
): ResolvedOptions<Request> {
  const given: ServerOptions<Request> = Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  );
  const merged = { ...DEFAULTS, transports: [...DEFAULTS.transports], ...given } as ServerOptions<Request> &
    ResolvedOptions<Request>;

  for (const name of ["pingTimeout", "pingInterval", "upgradeTimeout"] as const) {
    if (!isPositive(merged[name]) || merged[name] > MAX_DELAY) {
      invalid(`"${name}" must be a number of milliseconds from 1 to ${MAX_DELAY}, not ${merged[name]}`);
    }
  }
  if (!isPositive(merged.maxHttpBufferSize)) {
    invalid(`"maxHttpBufferSize" must be a number of bytes above 0, not ${merged.maxHttpBufferSize}`);
  }
  checkBuffer(given, merged.bufferPolicy);
  checkTransports(merged.transports);
  const problem = merged.allowedOrigins === undefined ? undefined : originProblem(merged.allowedOrigins);
  if (problem) invalid(problem);
  for (const name of ["allowRequest"] as const) {
    if (merged[name] !== undefined && typeof merged[name] !== "function")
      invalid(`"${name}" must be a function`);
  }
  if (typeof merged.cookie === "string") {
    invalid(`"cookie" must be a boolean or an object: write { name: ${JSON.stringify(merged.cookie)} }`);
  }
  if (merged.cors !== undefined && typeof merged.cors !== "object" && typeof merged.cors !== "function") {
    invalid(`"cors" must be an object such as { origin: "https://example.com" }, or a function`);
  }
  return {
    ...merged,
    maxBufferedBytes:
      given.maxBufferedBytes ?? Math.max(LEAST_MAX_BUFFERED_BYTES, 4 * merged.maxHttpBufferSize),
    transports: [...merged.transports],
    ...(Array.isArray(merged.allowedOrigins) && { allowedOrigins: [...merged.allowedOrigins] }),
    // Each message by itself, so that a broadcast is compressed once; and no compressor is kept for each connection.
    perMessageDeflate: merged.perMessageDeflate && {
      serverNoContextTakeover: true,
      ...compression(merged.perMessageDeflate),
    },
    httpCompression: compression(merged.httpCompression),
    resolvedCookie: resolveCookie(merged.cookie),
  };
}

const TRANSPORTS: readonly TransportName[] = ["polling", "websocket", "webtransport"];

function checkTransports(names: unknown): void {
  if (!Array.isArray(names) || names.length === 0) {
    invalid(`"transports" must be a list, such as ["polling", "websocket"]`);
  }
  for (const name of names as unknown[]) {
    if (!TRANSPORTS.includes(name as TransportName)) {
      invalid(
        `unknown transport ${JSON.stringify(name)}: "transports" may have ${TRANSPORTS.map((it) => `"${it}"`).join(", ")}`,
      );
    }
  }
}

function checkBuffer(
  { maxBufferedBytes: limit, ...given }: ServerOptions<never>,
  policy: BufferPolicy,
): void {
  if (limit !== undefined && !isPositive(limit) && limit !== Number.POSITIVE_INFINITY) {
    invalid(`"maxBufferedBytes" must be a number of bytes above 0, or Infinity, not ${limit}`);
  }
  if (!BUFFER_POLICIES.includes(policy)) {
    invalid(`"bufferPolicy" must be one of ${BUFFER_POLICIES.map((name) => `"${name}"`).join(", ")}`);
  }
  if (limit === Number.POSITIVE_INFINITY && given.bufferPolicy !== undefined) {
    invalid(`"bufferPolicy" has no effect without a limit: remove it, or give "maxBufferedBytes" a number`);
  }
}

function compression(option: boolean | CompressionOptions): false | CompressionOptions {
  return option && { threshold: 1024, ...(option === true ? {} : option) };
}

function isPositive(value: unknown): value is number {
  return typeof value === "number" && value > 0 && Number.isFinite(value);
}

function invalid(message: string): never {
  throw new OptionError("ERR_INVALID_OPTION", message);
}

export interface AttachOptions {
  /**
   * The path whose requests are captured.
   * @default "/engine.io"
   */
  path?: string;
  /**
   * Whether upgrade requests that nobody handles are ended.
   * @default true
   */
  destroyUpgrade?: boolean;
  /**
   * After how many milliseconds they are.
   * @default 1000
   */
  destroyUpgradeTimeout?: number;
  /**
   * Whether a slash is added to the path.
   * @default true
   */
  addTrailingSlash?: boolean;
}

/** The path as it is compared with the URL of a request. */
export function resolvePath({ path = "/engine.io", addTrailingSlash = true }: AttachOptions): string {
  const bare = path.replace(/\/$/, "");
  return addTrailingSlash ? `${bare}/` : bare;
}

/** Whether a URL is at the path or below it. */
export function isUnderPath(url: string | undefined, path: string): boolean {
  if (!url?.startsWith(path)) return false;
  return path.endsWith("/") || url.length === path.length || "/?#".includes(url.charAt(path.length));
}
