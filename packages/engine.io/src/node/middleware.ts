import type { IncomingMessage, ServerResponse } from "node:http";

/** An Express-style middleware. It may be async: what it throws, or rejects with, is as if given to `next`. */
export type Middleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

/** Runs middlewares one after the other, then `done`. One that answers by itself ends the chain by not calling `next`. */
export function runMiddlewares(
  middlewares: readonly Middleware[],
  request: IncomingMessage,
  response: ServerResponse,
  done: (error?: unknown) => void,
): void {
  const run = (index: number): void => {
    const middleware = middlewares[index];
    if (!middleware) {
      done();
      return;
    }
    let called = false;
    const next = (error?: unknown): void => {
      if (called) return;
      called = true;
      if (error) done(error);
      // One that has answered may still call `next`: what follows must not answer again.
      else if (!response.writableEnded) run(index + 1);
    };
    const fail = (error: unknown): void => next(error ?? new Error("the middleware failed"));
    let result: unknown;
    try {
      result = middleware(request, response, next);
    } catch (error) {
      fail(error);
      return;
    }
    if (isPromiseLike(result)) result.then(undefined, fail);
  };
  run(0);
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}
