import type { SocketOptions as EngineOptions } from "engine.io-client";
import { coded } from "./errors.js";

/** Options of a {@link Manager}: one connection. The engine's own options go here as well. */
export interface ManagerOptions extends EngineOptions {
  /** Gives this call a connection of its own. @default false */
  forceNew: boolean;
  /** Shares one connection between the namespaces of a server. @default true */
  multiplex: boolean;
  /** The path that the server answers under. @default "/socket.io" */
  path: string;
  /** Connects again, after growing delays, when the connection fails or is lost. @default true */
  reconnection: boolean;
  /** How many reconnections are tried in a row before giving up, 0 for no limit. @default Infinity */
  reconnectionAttempts: number;
  /** Milliseconds before the first reconnection; each further delay doubles. @default 1000 */
  reconnectionDelay: number;
  /** The longest delay between reconnections, in milliseconds. @default 5000 */
  reconnectionDelayMax: number;
  /** Spreads the delays of many clients: 0.5 means half of the delay more or less, at random. From 0 to 1. @default 0.5 */
  randomizationFactor: number;
  /** Milliseconds that one attempt to connect may take, `false` for no limit. @default 20000 */
  timeout: number | false;
  /** Connects at once; with `false`, when `connect()` is called. @default true */
  autoConnect: boolean;
  /** Encoder and decoder, the same on server and client. @default socket.io-parser */
  // biome-ignore lint/suspicious/noExplicitAny: reason: third-party parsers declare their classes in many shapes
  parser: any;
}

/** What governs connecting and reconnecting; can be changed at any time through the manager's methods. */
export interface Policy {
  reconnection: boolean;
  reconnectionAttempts: number;
  reconnectionDelay: number;
  reconnectionDelayMax: number;
  randomizationFactor: number;
  timeout: number | boolean;
}

export const DEFAULTS: Policy = {
  reconnection: true,
  reconnectionAttempts: 1 / 0,
  reconnectionDelay: 1000,
  reconnectionDelayMax: 5000,
  randomizationFactor: 0.5,
  timeout: 20_000,
};

/** @throws `ERR_INVALID_OPTION` */
export function checked<Value>(key: keyof Policy, value: Value, least = 0): Value {
  // Numbers may come as text, from an environment variable; everything else compares to false.
  if (!((value as number) >= least && (key !== "randomizationFactor" || (value as number) <= 1))) {
    throw coded(`invalid value for "${key}": ${value}`, "INVALID_OPTION");
  }
  return value;
}

/** @throws `ERR_INVALID_OPTION`, also for two delays that contradict each other */
export function resolvePolicy(options: Partial<ManagerOptions>): Policy {
  const policy: Record<string, unknown> = { ...DEFAULTS };
  for (const key of Object.keys(policy) as (keyof Policy)[]) {
    const least = key === "reconnectionDelayMax" ? options.reconnectionDelay : 0;
    if (options[key] != null) policy[key] = checked(key, options[key], least ?? 0);
  }
  return policy as unknown as Policy;
}

/**
 * Milliseconds before an attempt, 1 being the first.
 *
 * @param random from 0 to 1, as `Math.random()`
 */
export function delayBefore(attempt: number, policy: Policy, random: number): number {
  const { reconnectionDelay, reconnectionDelayMax, randomizationFactor } = policy;
  const delay = reconnectionDelay * 2 ** (attempt - 1) * (1 + randomizationFactor * (2 * random - 1));
  // 0 * Infinity is no number, but no delay either. The longest delay is spread downwards: a server that comes back after
  // a while should not meet all its clients at once.
  return Math.min(delay || 0, reconnectionDelayMax * (1 - (randomizationFactor * random) / 2));
}
