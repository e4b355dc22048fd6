import type { EngineRequest } from "./contract.js";
import { ERRORS, type Refusal, refuse } from "./errors.js";

/** Decides about an origin; `true`, or a promise of it, allows it. */
export type OriginFunction<Request> = (origin: string, request: Request) => boolean | PromiseLike<boolean>;

export type AllowedOrigins<Request = EngineRequest> =
  | string
  | RegExp
  | readonly (string | RegExp)[]
  | OriginFunction<Request>;

/** Finds out whether a request comes from an allowed origin. Calls `done` once, at once if the application does not wait. */
export function checkOrigin<Request extends EngineRequest>(
  allowed: AllowedOrigins<Request> | undefined,
  request: Request,
  done: (refusal: Refusal | undefined) => void,
): void {
  const { origin: header } = request.headers;
  if (allowed === undefined || header === undefined) {
    done(allowed !== undefined && isEmbedded(request) ? refusal(undefined) : undefined);
    return;
  }
  const origin = String(header);
  if (typeof allowed !== "function") {
    done(matches(allowed, origin) ? undefined : refusal(origin));
    return;
  }
  // What was thrown is for the application to see, not for the client.
  const fail = (error: unknown): void => done(refusal(origin, error));
  let answer: boolean | PromiseLike<boolean>;
  try {
    answer = allowed(origin, request);
  } catch (error) {
    fail(error);
    return;
  }
  if (typeof answer === "boolean") done(answer ? undefined : refusal(origin));
  else Promise.resolve(answer).then((allows) => done(allows === true ? undefined : refusal(origin)), fail);
}

/** What is wrong with the option, if anything. */
export function originProblem(allowed: unknown): string | undefined {
  if (typeof allowed === "function") return undefined;
  const list: unknown[] = Array.isArray(allowed) ? allowed : [allowed];
  if (list.length === 0) return `"allowedOrigins" is empty: list at least one origin`;
  for (const one of list) {
    const problem = typeof one === "string" ? textProblem(one) : patternProblem(one);
    if (problem) return `"allowedOrigins": ${problem}`;
  }
  return undefined;
}

function textProblem(text: string): string | undefined {
  if (text === "*") return `leave it out to allow every origin, instead of "*"`;
  if (text === "null") return undefined;
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+$/.test(text)) {
    return `${JSON.stringify(text)} is no origin: write a scheme and a host in lower case and no path, such as "https://example.com"`;
  }
  // As browsers send it: without a default port, and with the host in ASCII. Schemes unknown to the URL standard have no such form.
  const sent = URL.canParse(text) ? new URL(text).origin : text;
  return sent === "null" || sent === text
    ? undefined
    : `write ${JSON.stringify(sent)} for ${JSON.stringify(text)}`;
}

function patternProblem(value: unknown): string | undefined {
  if (Object.prototype.toString.call(value) !== "[object RegExp]") {
    return "give origins as strings or patterns, a list of these, or a function";
  }
  const { flags } = value as RegExp;
  // It would remember where its last match ended.
  return /[gy]/.test(flags) ? `remove the flag g or y from the pattern ${value}` : undefined;
}

/** Whether a browser may have asked for a page of another origin without naming it, as it does for scripts and images. */
function isEmbedded({ headers, _query }: EngineRequest): boolean {
  const site = headers["sec-fetch-site"];
  // A JSONP response is a script: what it says is there for the page to read.
  return site === "cross-site" || site === "same-site" || _query.j !== undefined;
}

function matches(allowed: string | RegExp | readonly (string | RegExp)[], origin: string): boolean {
  if (typeof allowed === "string") return allowed === origin;
  if ("test" in allowed) return allowed.test(origin);
  return allowed.some((one) => matches(one, origin));
}

function refusal(origin: string | undefined, error?: unknown): Refusal {
  // The client is told as well, in a page on some hosts: nothing that could be markup.
  const shown = /^[\w.:/[\]-]{1,300}$/.test(origin ?? "") ? ` ${origin}` : "";
  const context = { name: "INVALID_ORIGIN", message: `Origin${shown} not allowed`, origin };
  return refuse(ERRORS.FORBIDDEN, error === undefined ? context : { ...context, error });
}
