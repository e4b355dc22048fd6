import { EventEmitter } from "eventemitter3";
import type {
  DefaultEventsMap,
  EventNames,
  EventParams,
  EventsMap,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "./types.js";

/**
 * An event emitter with strict event types.
 *
 * `ListenEvents` are the events that can be listened to, `EmitEvents` those that `emit` takes, `ReservedEvents` those that
 * only a subclass emits, with `emitReserved`. Event names are strings or symbols, every string is safe.
 *
 * An `error` event that nobody listens to is not thrown. What a listener throws reaches the caller of `emit`. Listeners run
 * in the order they were added, over the list as it was when `emit` was called, with `this` set to the emitter.
 *
 * @example
 * class Door extends TypedEmitter<{ open: (by: string) => void }> {}
 * new Door().on("open", (by) => console.log(by)).emit("open", "me");
 */
declare class Emitter<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  // biome-ignore lint/complexity/noBannedTypes: reason: `{}` is the map without events; an index signature would admit all
  ReservedEvents extends EventsMap = {},
> {
  on<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;
  /** Same as `on`. */
  addListener<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;
  /** Adds a listener that is removed before it is called. */
  once<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;
  /** Adds a listener before those already there. */
  prependListener<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;
  /** `once`, before the listeners already there. */
  prependOnceListener<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;

  /** Removes a listener; without `listener` all of the event, without arguments all of the emitter. */
  off<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev?: Ev,
    listener?: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;
  /** Same as `off`. */
  removeListener<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev?: Ev,
    listener?: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this;
  /** Removes all listeners of the event, or of the emitter. */
  removeAllListeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(ev?: Ev): this;

  /** Calls the listeners. Returns whether there was one; a subclass that sends instead may return itself. */
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean | this;
  /** `emit` for a subclass's own events; stays local when a subclass gives `emit` another meaning. */
  protected emitReserved<Ev extends EventNames<ReservedEvents>>(
    ev: Ev,
    ...args: EventParams<ReservedEvents, Ev>
  ): boolean;
  /** `emitReserved` without types, for arguments that came over the wire. */
  protected emitUntyped(ev: string | symbol, ...args: unknown[]): boolean;

  /** The listeners, as they were given. */
  listeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
  ): ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[];
  /** The listeners, those added by `once` in a wrapper that has the original as `listener`. */
  rawListeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
  ): ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[];
  listenerCount(ev: ReservedOrUserEventNames<ReservedEvents, ListenEvents>): number;
  hasListeners(ev: ReservedOrUserEventNames<ReservedEvents, ListenEvents>): boolean;
  /** The events that have listeners. */
  eventNames(): (string | symbol)[];

  /** Kept for callers written for Node.js: any number of listeners is fine here and none is warned about. */
  setMaxListeners(n: number): this;
  /** What `setMaxListeners` was given. @default 10 */
  getMaxListeners(): number;
}

type EventName = string | symbol;

interface Listener {
  (...args: unknown[]): void;
  /** On the wrapper of a `once` listener: the original. */
  listener?: Listener;
}

/** One listener, as eventemitter3 keeps it. */
interface Entry {
  fn: Listener;
}

class Implementation extends EventEmitter {
  /** The store of eventemitter3: nothing, one entry or several under each event name. */
  declare _events: Record<EventName, Entry | Entry[] | undefined>;
  declare _maxListeners?: number;

  override on(event: EventName, listener: Listener): this {
    return super.on(event, checked(listener));
  }

  // Not the `once` of eventemitter3, which calls the listener again when two emits walk over it.
  override once(event: EventName, listener: Listener): this {
    return super.on(event, onceOnly(this, event, listener));
  }

  prependListener(event: EventName, listener: Listener): this {
    return lastFirst(this.on(event, listener), event);
  }

  prependOnceListener(event: EventName, listener: Listener): this {
    return lastFirst(this.once(event, listener), event);
  }

  override removeListener(event?: EventName, listener?: Listener): this {
    // biome-ignore lint/complexity/noArguments: reason: off(undefined) must remove nothing, off() everything
    if (!arguments.length) return super.removeAllListeners();
    const name = event as EventName;
    if (!listener) return super.removeListener(name);
    // eventemitter3 would remove every entry of the listener; Node.js removes the last, so that each `on` has its `off`.
    const entries = ([] as Entry[]).concat(this._events[name] ?? []);
    const index = entries.map(({ fn }) => fn === listener || fn.listener === listener).lastIndexOf(true);
    const left = entries.filter((_, i) => i !== index);
    if (!left[0]) return super.removeListener(name);
    this._events[name] = left[1] ? left : left[0];
    return this;
  }

  override listeners(event: EventName): Listener[] {
    return this.rawListeners(event).map((raw) => raw.listener ?? raw);
  }

  rawListeners(event: EventName): Listener[] {
    return super.listeners(event) as Listener[];
  }

  hasListeners(event: EventName): boolean {
    return !!this._events[event];
  }

  setMaxListeners(n: number): this {
    this._maxListeners = n;
    return this;
  }

  getMaxListeners(): number {
    return this._maxListeners ?? 10;
  }
}

function checked(listener: Listener): Listener {
  if (typeof listener === "function") return listener;
  throw Object.assign(new TypeError("The listener must be a function"), { code: "ERR_INVALID_LISTENER" });
}

function onceOnly(emitter: Implementation, event: EventName, listener: Listener): Listener {
  let fired = false;
  const wrapper: Listener = function (this: unknown, ...args) {
    if (fired) return;
    fired = true;
    emitter.removeListener(event, wrapper);
    return listener.apply(this, args);
  };
  wrapper.listener = checked(listener);
  return wrapper;
}

/** Moves the last entry to the front, in a new array: an emit may be walking over the old one. */
function lastFirst<E extends Implementation>(emitter: E, event: EventName): E {
  const entries = emitter._events[event];
  if (Array.isArray(entries)) emitter._events[event] = [entries.pop() as Entry, ...entries];
  return emitter;
}

// The same functions under other names, so that a subclass which overrides one does not change the other.
const { prototype } = Implementation as unknown as { prototype: Record<string, unknown> };
prototype.addListener = prototype.on;
prototype.off = prototype.removeAllListeners = prototype.removeListener;
prototype.emitReserved = prototype.emitUntyped = prototype.emit;

export const TypedEmitter = Implementation as unknown as typeof Emitter;
export type TypedEmitter<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  // biome-ignore lint/complexity/noBannedTypes: reason: `{}` is the map without events; an index signature would admit all
  ReservedEvents extends EventsMap = {},
> = Emitter<ListenEvents, EmitEvents, ReservedEvents>;
