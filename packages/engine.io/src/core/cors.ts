import type { EngineRequest, Headers } from "./contract.js";

export type CorsOrigin = boolean | string | RegExp | (string | RegExp)[];

/** Asks the application for the origin: `callback(error, origin)`. */
export type CorsOriginFunction = (
  requestOrigin: string | undefined,
  callback: (error: Error | null, origin?: CorsOrigin) => void,
) => void;

export interface CorsOptions {
  /**
   * Which origins may read responses: a fixed value, a pattern, a list of these, `true` for the origin of the request, `false` for no
   * CORS at all, or a function that decides.
   * @default "*"
   */
  origin?: CorsOrigin | CorsOriginFunction | undefined;
  /** @default "GET,HEAD,PUT,PATCH,POST,DELETE" */
  methods?: string | string[] | undefined;
  /** @default the headers that the preflight request asks for */
  allowedHeaders?: string | string[] | undefined;
  exposedHeaders?: string | string[] | undefined;
  /** @default false */
  credentials?: boolean | undefined;
  /** How many seconds a browser may keep the answer to a preflight request. */
  maxAge?: number | undefined;
  /**
   * Whether the answer to a preflight request is left to what comes after.
   * @default false
   */
  preflightContinue?: boolean | undefined;
  /** @default 204 */
  optionsSuccessStatus?: number | undefined;
}

/** Gives the options for one request: `callback(error, options)`. */
export type CorsOptionsDelegate<Request = EngineRequest> = (
  request: Request,
  callback: (error: Error | null, options?: CorsOptions) => void,
) => void;

/** What CORS adds to a response. */
export interface CorsGrant {
  headers: Headers;
  /** Names for the `Vary` header. */
  vary: string[];
  /** The status of the answer when the request was a preflight and is answered by it. */
  preflight: number | undefined;
}

type Done = (error: unknown, grant?: CorsGrant) => void;

const NOTHING: CorsGrant = { headers: {}, vary: [], preflight: undefined };

/** Finds out what CORS adds to the response. `done` is called at once, or when the application has decided. */
export function grantCors<Request extends EngineRequest>(
  cors: CorsOptions | CorsOptionsDelegate<Request>,
  request: Request,
  done: Done,
): void {
  if (typeof cors !== "function") {
    withOptions(cors, request, done);
    return;
  }
  cors(request, (error, options) => {
    if (error) done(error);
    else withOptions(options ?? {}, request, done);
  });
}

function withOptions(options: CorsOptions, request: EngineRequest, done: Done): void {
  const { origin = "*" } = options;
  if (typeof origin !== "function") {
    done(null, grant(options, origin, request));
    return;
  }
  origin(header(request, "origin"), (error, decided) => {
    if (error) done(error);
    else done(null, grant(options, decided ?? false, request));
  });
}

function grant(options: CorsOptions, origin: CorsOrigin, request: EngineRequest): CorsGrant {
  if (origin === false || origin === "") return NOTHING;
  const headers: Headers = {};
  const vary: string[] = [];
  if (origin === "*") {
    headers["Access-Control-Allow-Origin"] = "*";
  } else {
    vary.push("Origin");
    const asked = header(request, "origin");
    if (typeof origin === "string") headers["Access-Control-Allow-Origin"] = origin;
    else if (asked !== undefined && matches(origin, asked)) headers["Access-Control-Allow-Origin"] = asked;
  }
  if (options.credentials === true) headers["Access-Control-Allow-Credentials"] = "true";
  setList(headers, "Access-Control-Expose-Headers", options.exposedHeaders);
  if (request.method !== "OPTIONS") return { headers, vary, preflight: undefined };

  setList(headers, "Access-Control-Allow-Methods", options.methods ?? "GET,HEAD,PUT,PATCH,POST,DELETE");
  if (options.allowedHeaders === undefined) {
    vary.push("Access-Control-Request-Headers");
    setList(headers, "Access-Control-Allow-Headers", header(request, "access-control-request-headers"));
  } else {
    setList(headers, "Access-Control-Allow-Headers", options.allowedHeaders);
  }
  if (options.maxAge !== undefined) headers["Access-Control-Max-Age"] = String(options.maxAge);
  return {
    headers,
    vary,
    preflight: options.preflightContinue ? undefined : (options.optionsSuccessStatus ?? 204),
  };
}

function matches(allowed: Exclude<CorsOrigin, string>, origin: string): boolean {
  if (allowed instanceof RegExp) {
    // A pattern with `g` or `y` would remember where its last match ended.
    allowed.lastIndex = 0;
    return allowed.test(origin);
  }
  if (typeof allowed === "boolean") return allowed;
  return allowed.some((one) => (typeof one === "string" ? one === origin : matches(one, origin)));
}

function setList(headers: Headers, name: string, value: string | string[] | undefined): void {
  const list = Array.isArray(value) ? value.join(",") : value;
  if (list) headers[name] = list;
}

function header(request: EngineRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
