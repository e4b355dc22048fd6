import type { EngineRequest } from "./contract.js";
import { ERRORS, type Refusal, refuse } from "./errors.js";
import type { AllowRequest } from "./options.js";
import { type AllowedOrigins, checkOrigin } from "./origins.js";

/** What a new session needs of the application. */
export interface Gatekeeper<Request> {
  readonly opts: {
    readonly allowedOrigins?: AllowedOrigins<Request>;
    readonly allowRequest?: AllowRequest<Request>;
  };
  readonly clients: Record<string, unknown>;
  generateId(request: Request): string | PromiseLike<string>;
  /** What is wrong with an id, if anything. */
  idProblem(id: string): string | undefined;
}

type Admitted = (refusal: Refusal | undefined, id: string) => void;

/** Asks whether a handshake is allowed, then for the id of its session. Calls `done` once, at once if the application does not wait. */
export function admit<Request extends EngineRequest>(
  gatekeeper: Gatekeeper<Request>,
  request: Request,
  done: Admitted,
): void {
  checkOrigin(gatekeeper.opts.allowedOrigins, request, (refusal) => {
    if (refusal) done(refusal, "");
    else askApplication(gatekeeper, request, done);
  });
}

function askApplication<Request>(gatekeeper: Gatekeeper<Request>, request: Request, done: Admitted): void {
  const { allowRequest } = gatekeeper.opts;
  if (!allowRequest) {
    makeId(gatekeeper, request, done);
    return;
  }

  let decided = false;
  const decide = (
    allowed: boolean,
    context: { message?: string | null | undefined; error?: unknown },
  ): void => {
    if (decided) return;
    decided = true;
    if (allowed) makeId(gatekeeper, request, done);
    else done(refuse(ERRORS.FORBIDDEN, context), "");
  };
  // What was thrown is for the application to see, not for the client.
  const fail = (error: unknown): void => decide(false, { error });
  try {
    const result = allowRequest(request, (message, allowed) => decide(allowed, { message }));
    // A function may be async and still use the callback: then its promise brings no boolean.
    if (isPromiseLike<unknown>(result)) {
      result.then((allowed) => typeof allowed === "boolean" && decide(allowed, {}), fail);
    }
  } catch (error) {
    fail(error);
  }
}

function makeId<Request>(gatekeeper: Gatekeeper<Request>, request: Request, done: Admitted): void {
  const fail = (error: unknown): void =>
    done(refuse(ERRORS.BAD_REQUEST, { name: "ID_GENERATION_ERROR", error }), "");
  const take = (id: unknown): void => {
    if (typeof id !== "string" || id === "") {
      fail(new TypeError("generateId() must give a string"));
      return;
    }
    const problem = gatekeeper.idProblem(id);
    if (problem) fail(new Error(`generateId(): ${problem}`));
    else done(undefined, id);
  };
  let id: string | PromiseLike<string>;
  try {
    id = gatekeeper.generateId(request);
  } catch (error) {
    fail(error);
    return;
  }
  if (isPromiseLike<string>(id)) id.then(take, fail);
  else take(id);
}

function isPromiseLike<T>(value: unknown): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null | undefined)?.then === "function";
}
