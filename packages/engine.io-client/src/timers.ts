/** What `installTimerFunctions` puts on an object. */
export interface Timers {
  setTimeoutFn: (callback: () => void, delay: number) => ReturnType<typeof setTimeout>;
  clearTimeoutFn: (timer: ReturnType<typeof setTimeout> | undefined) => void;
}

const native = { setTimeout, clearTimeout };

/**
 * Puts `setTimeoutFn` and `clearTimeoutFn` on an object. With `useNativeTimers` they are the timers that were there when the
 * module was loaded, which mock clocks have not replaced, else the global ones of this moment. With `autoUnref` a timer does
 * not keep the process alive.
 */
export function installTimerFunctions<T extends object>(
  target: T,
  { useNativeTimers, autoUnref }: { useNativeTimers?: boolean; autoUnref?: boolean },
): T & Timers {
  const { setTimeout, clearTimeout } = useNativeTimers ? native : globalThis;
  const timers: Timers = {
    setTimeoutFn(callback, delay) {
      const timer = setTimeout(callback, delay);
      if (autoUnref) timer.unref?.();
      return timer;
    },
    clearTimeoutFn: (timer) => clearTimeout(timer),
  };
  return Object.assign(target, timers);
}

/** Runs a callback before the next task; what it throws is an uncaught exception, as in an event handler. */
export const nextTick = (callback: () => void): void => queueMicrotask(callback);

/** Runs a callback; what it throws surfaces, as an uncaught exception, and stops nothing here. */
export function guard(callback: () => void): void {
  try {
    callback();
  } catch (err) {
    nextTick(() => {
      throw err;
    });
  }
}
