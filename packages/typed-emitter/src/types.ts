// biome-ignore-all lint/suspicious/noExplicitAny: reason: listener types must accept any argument list, as `Parameters<>` itself does

/** Maps event names to the type of their listener. */
export interface EventsMap {
  [event: string]: any;
}

/** The map used when none is given: every event name, any arguments. */
export interface DefaultEventsMap {
  [event: string]: (...args: any[]) => void;
}

/** The event names of a map. */
export type EventNames<Map extends EventsMap> = keyof Map & (string | symbol);

/** The arguments of one event, as a tuple. */
export type EventParams<Map extends EventsMap, Ev extends EventNames<Map>> = Parameters<Map[Ev]>;

/** The event names of the reserved map and of the user's map. */
export type ReservedOrUserEventNames<Reserved extends EventsMap, User extends EventsMap> =
  | EventNames<Reserved>
  | EventNames<User>;

/** The listener of an event; the reserved map wins over the user's. */
export type ReservedOrUserListener<
  Reserved extends EventsMap,
  User extends EventsMap,
  Ev extends ReservedOrUserEventNames<Reserved, User>,
> = OrUntyped<
  Ev extends EventNames<Reserved> ? Reserved[Ev] : Ev extends EventNames<User> ? User[Ev] : never
>;

// A generic event name resolves to `never`, which no function is assignable to.
type OrUntyped<T> = [T] extends [never] ? (...args: any[]) => void | Promise<void> : T;

/** Something with a strictly typed `emit` that is not an emitter, such as a broadcast operator. */
export interface TypedEventBroadcaster<EmitEvents extends EventsMap> {
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean;
}
