/** An error with the stable `code` that programs match on. */
export function coded(message: string, code: string): Error & { code: string } {
  return Object.assign(new Error(message), { code: `ERR_${code}` });
}

/** Calls what users gave us: an exception of theirs surfaces as an uncaught one, and stops nothing here. */
export function guard<Args extends unknown[]>(
  fn: (...args: Args) => unknown,
  self?: unknown,
  args: readonly unknown[] = [],
): void {
  try {
    fn.apply(self, args as Args);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
