import { Implementation } from "./implementation.js";
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
 * class Door extends Emitter<{ open: (by: string) => void }> {}
 * new Door().on("open", (by) => console.log(by)).emit("open", "me");
 */
declare class Shape<
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
}

// The same functions under other names, so that a subclass which overrides one does not change the other.
const { prototype } = Implementation as unknown as { prototype: Record<string, unknown> };
prototype.addListener = prototype.on;
prototype.removeListener = prototype.removeAllListeners = prototype.off;
prototype.emitReserved = prototype.emitUntyped = prototype.emit;

export const Emitter = Implementation as unknown as typeof Shape;
export type Emitter<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  // biome-ignore lint/complexity/noBannedTypes: reason: `{}` is the map without events; an index signature would admit all
  ReservedEvents extends EventsMap = {},
> = Shape<ListenEvents, EmitEvents, ReservedEvents>;
