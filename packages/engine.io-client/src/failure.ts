/** An error with a `code`, and whatever else tells users what happened. */
export const failure = <T extends { code: unknown }>(message: string, details: T): Error & T =>
  Object.assign(new Error(message), details);
