export type Timer = ReturnType<typeof setTimeout>;

/** A timer that does not keep the process alive. */
export function startTimer(callback: () => void, delay: number): Timer {
  const timer = setTimeout(callback, delay);
  // In a browser-like runtime the timer is a number.
  (timer as { unref?(): void }).unref?.();
  return timer;
}
