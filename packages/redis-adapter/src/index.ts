import type { AdapterNamespace } from "socket.io-adapter";
import type { RedisAdapterOptions, ShardedRedisAdapterOptions } from "./options.js";
import { RedisAdapter } from "./redis-adapter.js";
import { ShardedRedisAdapter } from "./sharded-adapter.js";

export { Emitter, type EmitterOptions } from "./emitter.js";
export type { RedisAdapterOptions, ShardedRedisAdapterOptions, SubscriptionMode } from "./options.js";
export type { Parser } from "./parser.js";
export { RedisAdapter, ShardedRedisAdapter };

/**
 * Connects servers by the publish/subscribe of Redis.
 *
 * @param pubClient - a connected client of `redis` or `ioredis`, or a cluster, that publishes
 * @param subClient - another one, that only subscribes
 * @throws Error with code `ERR_INVALID_OPTION`, when a namespace is made
 * @example
 * const pubClient = createClient({ url: "redis://localhost:6379" });
 * const subClient = pubClient.duplicate();
 * await Promise.all([pubClient.connect(), subClient.connect()]);
 * new Server({ adapter: createAdapter(pubClient, subClient) });
 */
export function createAdapter(
  pubClient: object,
  subClient: object,
  options?: RedisAdapterOptions,
): (nsp: AdapterNamespace) => RedisAdapter {
  return (nsp) => new RedisAdapter(nsp, pubClient, subClient, options);
}

/** The same by the sharded publish/subscribe of Redis 7, where each channel lives in one shard of a cluster. */
export function createShardedAdapter(
  pubClient: object,
  subClient: object,
  options?: ShardedRedisAdapterOptions,
): (nsp: AdapterNamespace) => ShardedRedisAdapter {
  return (nsp) => new ShardedRedisAdapter(nsp, pubClient, subClient, options);
}
