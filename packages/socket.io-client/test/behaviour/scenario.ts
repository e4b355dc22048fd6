import type { Server, ServerOptions } from "published-socket.io";
import type { ManagerOptions, Socket, SocketOptions } from "../../src/index.js";

export type ClientOptions = Partial<ManagerOptions & SocketOptions>;

/** Where the server half of a scenario acts: always in Node.js. */
export interface Host {
  readonly io: Server;
  /** Sends values, in JSON, to whoever asks for them with `heard(name)`. */
  tell(name: string, ...values: unknown[]): void;
  /** What `ask(name)` of the client half calls, and gets the value of. */
  // biome-ignore lint/suspicious/noExplicitAny: reason: each handler names the types of its arguments
  answer(name: string, handler: (...args: any[]) => unknown): void;
}

/** Where the client half of a scenario acts: in Node.js, or in a page of any browser. */
export interface Stage {
  readonly url: string;
  /** The transports to use, unless it is the defaults. */
  readonly transports?: string[];
  /** A client that the scenario's end closes, quick to reconnect unless `options` say otherwise. */
  connect(nsp?: string, options?: ClientOptions): Socket;
  /** The next values told under a name, in the order they were told. */
  heard<Values extends unknown[]>(name: string): Promise<Values>;
  ask<Value>(name: string, ...args: unknown[]): Promise<Value>;
  /** Stops listening and drops every connection. */
  kill(): Promise<void>;
  /** Listens again on the same port, with a new server. */
  restart(): Promise<void>;
  /** From now on, nothing of the server arrives. Only of a scenario that is `proxied`. */
  stall(): Promise<void>;
}

/** One behaviour, in two halves that know of each other only what they tell. */
export interface Scenario {
  options?: Partial<ServerOptions>;
  /** Whether client and server talk through a proxy that can stall. */
  proxied?: boolean;
  /** Sets up the server, at the start and after each restart. */
  serve?(host: Host): void;
  run(stage: Stage): Promise<void>;
}

/** By title. */
export type Scenarios = Readonly<Record<string, Scenario>>;

/** The numbers in binary data, which is a Buffer in Node.js and an ArrayBuffer in a page. */
export function bytes(value: unknown): number[] {
  return [...new Uint8Array(value as ArrayBuffer)];
}

/** A copy in which binary data is lists of numbers. */
export function plain(value: unknown): unknown {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return bytes(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
