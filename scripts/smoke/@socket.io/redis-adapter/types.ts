import {
  createAdapter,
  createShardedAdapter,
  Emitter,
  type RedisAdapter,
  type ShardedRedisAdapter,
} from "@socket.io/redis-adapter";

const client = { on: () => {} };
export const classic: (nsp: never) => RedisAdapter = createAdapter(client, client, { requestsTimeout: 1000 });
export const sharded: (nsp: never) => ShardedRedisAdapter = createShardedAdapter(client, client, {
  subscriptionMode: "static",
});
new Emitter(client, { key: "socket.io", sharded: "dynamic" }).of("/chat").to("room").emit("hello", 1);
