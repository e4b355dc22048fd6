import { Emitter } from "./emitter.js";
import type { EventName, Implementation, Listener } from "./implementation.js";
import type {
  DefaultEventsMap,
  EventsMap,
  ReservedOrUserEventNames,
  ReservedOrUserListener,
} from "./types.js";

/** {@link Emitter} with the rest of the method names of Node.js, for servers. */
declare class Shape<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  // biome-ignore lint/complexity/noBannedTypes: reason: `{}` is the map without events; an index signature would admit all
  ReservedEvents extends EventsMap = {},
> extends Emitter<ListenEvents, EmitEvents, ReservedEvents> {
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

  /** The events that have listeners. */
  eventNames(): (string | symbol)[];

  /** Kept for callers written for Node.js: any number of listeners is fine here and none is warned about. */
  setMaxListeners(n: number): this;
  /** What `setMaxListeners` was given. @default 10 */
  getMaxListeners(): number;
}

const Base = Emitter as unknown as typeof Implementation;

class NodeNames extends Base {
  declare _maxListeners?: number;

  prependListener(event: EventName, listener: Listener): this {
    return lastFirst(this.on(event, listener), event);
  }

  prependOnceListener(event: EventName, listener: Listener): this {
    return lastFirst(this.once(event, listener), event);
  }

  eventNames(): EventName[] {
    return Reflect.ownKeys(this._events ?? {});
  }

  setMaxListeners(n: number): this {
    this._maxListeners = n;
    return this;
  }

  getMaxListeners(): number {
    return this._maxListeners ?? 10;
  }
}

/** Moves the last entry to the front, in a new array: an emit may be walking over the old one. */
function lastFirst<E extends Implementation>(emitter: E, event: EventName): E {
  const [...list] = emitter._events?.[event] ?? [];
  (emitter._events as Record<EventName, Listener[]>)[event] = [list.pop() as Listener, ...list];
  return emitter;
}

export const TypedEmitter = NodeNames as unknown as typeof Shape;
export type TypedEmitter<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  // biome-ignore lint/complexity/noBannedTypes: reason: `{}` is the map without events; an index signature would admit all
  ReservedEvents extends EventsMap = {},
> = Shape<ListenEvents, EmitEvents, ReservedEvents>;
