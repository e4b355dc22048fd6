import { msgpack, type Parser } from "./parser.js";

export interface RedisAdapterOptions {
  /**
   * What the names of channels begin with.
   * @default "socket.io"
   */
  key?: string;
  /**
   * How long the answers of other servers are awaited, in milliseconds.
   * @default 5000
   */
  requestsTimeout?: number;
  /**
   * Whether an answer goes only to the server that asked.
   * @default true
   */
  publishOnSpecificResponseChannel?: boolean;
  /**
   * Turns messages into bytes and back. All servers must have the same.
   * @default MessagePack
   */
  parser?: Parser;
}

const DEFAULTS: Required<RedisAdapterOptions> = {
  key: "socket.io",
  requestsTimeout: 5000,
  publishOnSpecificResponseChannel: true,
  parser: msgpack,
};

export function resolveOptions(given: RedisAdapterOptions = {}): Required<RedisAdapterOptions> {
  const { requestsTimeout = DEFAULTS.requestsTimeout, parser = DEFAULTS.parser } = given;
  if (!(Number.isFinite(requestsTimeout) && requestsTimeout > 0)) {
    throw optionError('"requestsTimeout" must be a number of milliseconds above 0');
  }
  if (typeof parser.encode !== "function" || typeof parser.decode !== "function") {
    throw optionError('"parser" must have the functions "encode" and "decode"');
  }
  const { key = DEFAULTS.key } = given;
  const { publishOnSpecificResponseChannel = DEFAULTS.publishOnSpecificResponseChannel } = given;
  return { key, requestsTimeout, publishOnSpecificResponseChannel, parser };
}

/**
 * Which rooms have a channel of their own, so that a server gets only what is for rooms that it has: none; those whose name has not the
 * length of a socket id; all.
 */
export type SubscriptionMode = "static" | "dynamic" | "dynamic-private";

export interface ShardedRedisAdapterOptions {
  /**
   * What the names of channels begin with.
   * @default "socket.io"
   */
  channelPrefix?: string;
  /**
   * Which rooms have a channel of their own. All servers must have the same.
   * @default "dynamic"
   */
  subscriptionMode?: SubscriptionMode;
}

const MODES: readonly unknown[] = ["static", "dynamic", "dynamic-private"];

export function resolveShardedOptions(
  given: ShardedRedisAdapterOptions = {},
): Required<ShardedRedisAdapterOptions> {
  const { channelPrefix = "socket.io", subscriptionMode = "dynamic" } = given;
  if (!MODES.includes(subscriptionMode)) {
    throw optionError('"subscriptionMode" must be "static", "dynamic" or "dynamic-private"');
  }
  return { channelPrefix, subscriptionMode };
}

function optionError(message: string): Error & { code: string } {
  return Object.assign(new Error(message), { code: "ERR_INVALID_OPTION" });
}
