import type { EventsMap } from "typed-emitter";
import { Emitter } from "./emitter.js";
import { guard } from "./errors.js";

// biome-ignore lint/suspicious/noExplicitAny: reason: catch-all listeners get the arguments of every event
export type AnyListener = (...args: any[]) => void;

function without(listeners: AnyListener[], listener?: AnyListener): void {
  if (!listener) listeners.length = 0;
  else if (listeners.includes(listener)) listeners.splice(listeners.indexOf(listener), 1);
}

/** An emitter that also has listeners for every event, received or sent. */
export class CatchAll<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ReservedEvents extends EventsMap,
> extends Emitter<ListenEvents, EmitEvents, ReservedEvents> {
  #incoming: AnyListener[] | undefined;
  #outgoing: AnyListener[] | undefined;

  /**
   * Adds a listener for every event that arrives; it gets the event's name first.
   *
   * @example
   * socket.onAny((event, ...args) => console.log(event, args));
   */
  onAny(listener: AnyListener): this {
    this.listenersAny().push(listener);
    return this;
  }

  /** `onAny`, before the listeners already there. */
  prependAny(listener: AnyListener): this {
    this.listenersAny().unshift(listener);
    return this;
  }

  /** Removes a catch-all listener, or all of them. */
  offAny(listener?: AnyListener): this {
    without(this.listenersAny(), listener);
    return this;
  }

  /** The catch-all listeners: the list itself, which may be changed. */
  listenersAny(): AnyListener[] {
    this.#incoming ??= [];
    return this.#incoming;
  }

  /** Adds a listener for every event that is sent, acknowledgements excepted; it gets the event's name first. */
  onAnyOutgoing(listener: AnyListener): this {
    this.listenersAnyOutgoing().push(listener);
    return this;
  }

  /** `onAnyOutgoing`, before the listeners already there. */
  prependAnyOutgoing(listener: AnyListener): this {
    this.listenersAnyOutgoing().unshift(listener);
    return this;
  }

  /** Removes a catch-all listener for sent events, or all of them. */
  offAnyOutgoing(listener?: AnyListener): this {
    without(this.listenersAnyOutgoing(), listener);
    return this;
  }

  /** The catch-all listeners for sent events: the list itself, which may be changed. */
  listenersAnyOutgoing(): AnyListener[] {
    this.#outgoing ??= [];
    return this.#outgoing;
  }

  protected notifyAny(args: readonly unknown[], outgoing?: boolean): void {
    const listeners = outgoing ? this.#outgoing : this.#incoming;
    if (listeners) for (const listener of listeners.slice()) guard(listener, this, args);
  }
}
