// biome-ignore-all lint/suspicious/noExplicitAny: reason: settings and `data` are of any shape
import type { DefaultEventsMap, EventsMap } from "typed-emitter";
import type { SocketContract } from "../contract.js";
import type { Namespace as NamespaceClass } from "../namespace/namespace.js";
import { ServerDelegate } from "../server/server-delegate.js";
import type { ServerOptions } from "../server/server-options.js";
import { ClassicSettings } from "./settings.js";

/** The configuration of the original API. */
export abstract class ClassicServer<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
  Socket extends SocketContract = SocketContract,
  Namespace extends NamespaceClass<ListenEvents, EmitEvents, ServerSideEvents, SocketData, any, any> = any,
> extends ServerDelegate<ListenEvents, EmitEvents, ServerSideEvents, SocketData, Socket, Namespace> {
  readonly #settings = new ClassicSettings(this);

  /** Changes an option that a setting stands for. */
  abstract _setOption(name: keyof ServerOptions, value: unknown): void;

  /**
   * Calls a function that configures the server: always, or only when `NODE_ENV` is `env` (`development` if it is not set).
   *
   * @example
   * io.configure("production", () => io.set("transports", ["websocket", "xhr-polling"]));
   */
  configure(fn: (this: this) => void): this;
  configure(env: string, fn: (this: this) => void): this;
  configure(env: string | ((this: this) => void), fn?: (this: this) => void): this {
    if (typeof env === "function") env.call(this);
    else if (env === (process.env.NODE_ENV || "development")) fn?.call(this);
    return this;
  }

  /**
   * Changes a setting, or gives its value when it is called without one. Settings of the original API change the options of today
   * that they stand for; others are kept for `get`.
   */
  set(name: string, value: unknown): this;
  set(name: string): any;
  set(name: string, ...value: unknown[]): any {
    if (value.length === 0) return this.get(name);
    this.#settings.set(name, value[0]);
    return this;
  }

  /** The value of a setting, as `set` was given it. */
  get(name: string): any {
    return this.#settings.get(name);
  }

  /** Sets a setting to `true`. */
  enable(name: string): this {
    return this.set(name, true);
  }

  /** Sets a setting to `false`. */
  disable(name: string): this {
    return this.set(name, false);
  }

  /** Whether a setting is on. */
  enabled(name: string): boolean {
    return Boolean(this.get(name));
  }

  /** Whether a setting is off, or was never set. */
  disabled(name: string): boolean {
    return !this.get(name);
  }
}
