import { Queue } from "./queue.js";
import { DEFAULT_TIMEOUT, describeValue, TimeoutError } from "./timeout.js";

type Listener = (...args: unknown[]) => void;

interface Listenable {
  add(event: string, listener: Listener): void;
  remove(event: string, listener: Listener): void;
}

export interface WaitForOptions<Args extends unknown[]> {
  /** Milliseconds before a {@link TimeoutError}. @default 10000 */
  timeout?: number;
  /** Only an emission this accepts ends the wait. */
  filter?: (...args: Args) => boolean;
  /** Events that refuse the wait with their first argument, such as `connect_error`. */
  rejectOn?: string[];
}

export interface EventEntry {
  event: string;
  args: unknown[];
}

/**
 * Waits for one emission of an event and gives its arguments. Any emitter with `on` and `off` will do, and an
 * `EventTarget`. Listening starts at the call, so call it before what causes the event.
 *
 * @example const [reason] = await waitFor<[string]>(socket, "disconnect");
 */
export function waitFor<Args extends unknown[] = unknown[]>(
  emitter: object,
  event: string,
  { timeout = DEFAULT_TIMEOUT, filter, rejectOn = [] }: WaitForOptions<Args> = {},
): Promise<Args> {
  const target = listenable(emitter);
  const wait = new Promise<Args>((resolve, reject) => {
    let refused = 0;
    const onEvent: Listener = (...args) => {
      if (filter !== undefined && !filter(...(args as Args))) {
        refused++;
        return;
      }
      cleanup();
      resolve(args as Args);
    };
    const onRefusal: Listener = (reason) => {
      cleanup();
      reject(reason instanceof Error ? reason : new Error(`refused: ${describeValue(reason)}`));
    };
    const timer = setTimeout(() => {
      cleanup();
      const seen = filter === undefined ? "" : `${refused} the filter refused`;
      reject(new TimeoutError(`"${event}" of ${nameOf(emitter)}`, timeout, seen));
    }, timeout);
    function cleanup(): void {
      clearTimeout(timer);
      target.remove(event, onEvent);
      for (const name of rejectOn) target.remove(name, onRefusal);
    }
    target.add(event, onEvent);
    for (const name of rejectOn) target.add(name, onRefusal);
  });
  // a wait begun early and not reached, because the test failed before, is not one more failure
  wait.catch(() => {});
  return wait;
}

/**
 * Records every emission of the events, in order, from the call on.
 *
 * @example
 * const events = collect(socket, "connect", "disconnect");
 * expect((await events.next()).event).toBe("connect");
 */
export function collect(emitter: object, ...events: string[]): Queue<EventEntry> & { stop(): void } {
  const target = listenable(emitter);
  const queue = new Queue<EventEntry>(
    `${events.map((name) => `"${name}"`).join(" or ")} of ${nameOf(emitter)}`,
  );
  const listeners = events.map((event) => {
    const listener: Listener = (...args) => queue.push({ event, args });
    target.add(event, listener);
    return { event, listener };
  });
  return Object.assign(queue, {
    stop() {
      for (const { event, listener } of listeners) target.remove(event, listener);
    },
  });
}

function listenable(emitter: object): Listenable {
  const add = method(emitter, "on") ?? method(emitter, "addEventListener");
  const remove =
    method(emitter, "off") ?? method(emitter, "removeListener") ?? method(emitter, "removeEventListener");
  if (add === undefined || remove === undefined) {
    throw new TypeError(`${nameOf(emitter)} has neither on/off nor addEventListener/removeEventListener`);
  }
  return { add, remove };
}

function method(target: object, name: string): Listenable["add"] | undefined {
  const candidate: unknown = Reflect.get(target, name);
  return typeof candidate === "function" ? candidate.bind(target) : undefined;
}

function nameOf(value: object): string {
  return value.constructor?.name ?? "object";
}
