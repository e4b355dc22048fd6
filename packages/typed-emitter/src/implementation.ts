export type EventName = string | symbol;

export interface Listener {
  (...args: unknown[]): void;
  /** On the wrapper of a `once` listener: the original. */
  listener?: Listener;
}

type Listeners = Record<EventName, Listener[] | undefined>;

/** Objects without prototype, so that no event name means anything, that stay as fast and small as those of a class. */
const Listeners = /* @__PURE__ */ (() => {
  const Null = function (this: Listeners) {} as unknown as { new (): Listeners; prototype: unknown };
  Null.prototype = Object.create(null);
  return Null;
})();

/** What `Emitter` promises, without types. */
export class Implementation {
  /** A list is never changed when it gets shorter or starts otherwise: an `emit` may be walking over it. */
  declare _events: Listeners | undefined;

  on(event: EventName, listener: Listener): this {
    checked(listener);
    this._events ??= new Listeners();
    const list = this._events[event];
    if (list) list.push(listener);
    else this._events[event] = [listener];
    return this;
  }

  once(event: EventName, listener: Listener): this {
    return this.on(event, onceOnly(this, event, listener));
  }

  off(event?: EventName, listener?: Listener): this {
    const events = this._events;
    // biome-ignore lint/complexity/noArguments: reason: off(undefined) must remove nothing, off() everything
    if (!arguments.length) this._events = undefined;
    const list = events?.[event as EventName];
    if (!list) return this;
    // The last entry of the listener, so that each `on` has its `off`, as in Node.js.
    let index = list.length;
    while (listener && index-- && list[index] !== listener && list[index]?.listener !== listener);
    const left = listener ? list.filter((_, i) => i !== index) : [];
    if (left.length) events[event as EventName] = left;
    else delete events[event as EventName];
    return this;
  }

  emit(event: EventName, ...args: unknown[]): boolean {
    const list = this._events?.[event];
    if (!list) return false;
    const { length } = list;
    for (let i = 0; i < length; i++) (list[i] as Listener).apply(this, args);
    return true;
  }

  rawListeners(event: EventName): Listener[] {
    return [...(this._events?.[event] ?? [])];
  }

  listeners(event: EventName): Listener[] {
    return this.rawListeners(event).map((raw) => raw.listener ?? raw);
  }

  listenerCount(event: EventName): number {
    return this.rawListeners(event).length;
  }

  hasListeners(event: EventName): boolean {
    return !!this._events?.[event];
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
    emitter.off(event, wrapper);
    return listener.apply(this, args);
  };
  wrapper.listener = checked(listener);
  return wrapper;
}
