import type { CallOrigin, ErrorHook } from "./error-hook.js";

interface ListenerSource {
  listenerCount(event: string): number;
  rawListeners(event: string): ((...args: never[]) => unknown)[];
}

/** Calls the listeners of an event; one that throws stops neither the others nor the caller, and still surfaces. */
export function emitIsolated(
  emitter: object,
  event: string,
  args: readonly unknown[],
  errors: ErrorHook,
  origin: Omit<CallOrigin, "event">,
): void {
  // Typed emitters know their own event names only.
  const source = emitter as ListenerSource;
  if (!source.listenerCount(event)) return;
  errors.callAll(emitter, source.rawListeners(event), args, { ...origin, event });
}
