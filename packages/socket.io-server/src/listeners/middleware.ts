export type Next = (error?: Error) => void;
export type Middleware<Subject> = (subject: Subject, next: Next) => unknown;

/**
 * Runs middleware in order, then `done` with the first error or nothing. Each `next` counts once. A middleware that throws, or
 * returns a promise that rejects, refuses as if it had passed the error to `next`.
 *
 * @param failed - told of what was thrown and of rejections, also those that come too late to refuse
 */
export function runMiddleware<Subject>(
  middleware: readonly Middleware<Subject>[],
  subject: Subject,
  done: Next,
  failed?: (reason: unknown) => void,
): void {
  // What is added while a subject passes is for the next one.
  const steps = [...middleware];

  const run = (index: number): void => {
    const step = steps[index];
    if (!step) {
      done();
      return;
    }
    let called = false;
    const next: Next = (error) => {
      if (called) return;
      called = true;
      if (error) done(error);
      else run(index + 1);
    };
    const refuse = (reason: unknown) => {
      failed?.(reason);
      next(toError(reason));
    };
    let result: unknown;
    try {
      result = step(subject, next);
    } catch (error) {
      refuse(error);
    }
    if (isThenable(result)) result.then(undefined, refuse);
  };

  run(0);
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

export function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
