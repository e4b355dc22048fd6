/** Calls what may throw an error of the application: that becomes an uncaught exception, and the caller goes on. */
export function surface(call: () => void): void {
  try {
    call();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
