/** Milliseconds a wait lasts unless told otherwise. */
export const DEFAULT_TIMEOUT = 10_000;

/** Says what was awaited and what had been seen until then. */
export class TimeoutError extends Error {
  readonly code = "ERR_TESTKIT_TIMEOUT";
  override readonly name = "TimeoutError";

  constructor(awaited: string, ms: number, seen = "") {
    super(`timed out after ${ms} ms waiting for ${awaited}${seen === "" ? "" : `; seen: ${seen}`}`);
  }
}

/**
 * The same promise, refused with a {@link TimeoutError} when it takes longer than `ms`.
 *
 * @example await within(io.close(), "the server to close");
 */
export async function within<T>(promise: PromiseLike<T>, awaited: string, ms = DEFAULT_TIMEOUT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(awaited, ms)), ms);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** A short text of any value, for messages. */
export function describeValue(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`;
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  text ??= String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
