import type { CallOrigin, ErrorHook } from "./error-hook.js";
import { type Middleware, runMiddleware } from "./middleware.js";

export interface FilterOutcome {
  accepted(): void;
  /** @param reported - whether the handler for errors knows of it */
  refused(error: Error, reported: boolean): void;
}

/**
 * Runs the middleware of a socket for an event. Who waits for its acknowledgement is told of a refusal, where errors are answered:
 * with the message that was given to `next`, but not with that of an error which was thrown.
 */
export function filterEvent<Event extends readonly unknown[]>(
  middleware: readonly Middleware<Event>[],
  event: Event,
  errors: ErrorHook,
  origin: CallOrigin,
  outcome: FilterOutcome,
): void {
  let reported = false;
  const report = (reason: unknown): void => {
    reported = true;
    errors.report(reason, event, origin);
  };
  const decide = (error: (Error & { code?: string }) | undefined): void => {
    if (!error) {
      outcome.accepted();
      return;
    }
    if (!reported) {
      errors.reply(origin.ack, { code: error.code ?? "ERR_SOCKET_MIDDLEWARE", message: error.message });
    }
    outcome.refused(error, reported);
  };
  // A tick later, so that what a listener throws is not what the middleware threw.
  runMiddleware(middleware, event, (error) => process.nextTick(decide, error), errors.handler && report);
}
