import { Emitter as BaseEmitter, type EventNames, type EventParams, type EventsMap } from "typed-emitter";
import { guard } from "./errors.js";

/** An emitter whose listeners can harm neither each other nor the connection. */
export class Emitter<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ReservedEvents extends EventsMap,
> extends BaseEmitter<ListenEvents, EmitEvents, ReservedEvents> {
  /** Tells frameworks that this is no plain object to be wrapped in a proxy, which has no access to private state. */
  get [Symbol.toStringTag](): string {
    return "Emitter";
  }

  protected override emitReserved<Ev extends EventNames<ReservedEvents>>(
    ev: Ev,
    ...args: EventParams<ReservedEvents, Ev>
  ): boolean {
    const heard = this.hasListeners(ev);
    if (heard) for (const listener of this.rawListeners(ev)) guard(listener, this, args);
    return heard;
  }
}
