import type { Commands, Kind, OnMessage } from "./commands.js";

/** As much of a client, or cluster, of the package `ioredis` as is used. */
interface IoRedis {
  publish(channel: string, message: string | Buffer): Promise<unknown>;
  spublish(channel: string, message: string | Buffer): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  psubscribe(pattern: string): Promise<unknown>;
  ssubscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  punsubscribe(pattern: string): Promise<unknown>;
  sunsubscribe(channel: string): Promise<unknown>;
  call(command: string, ...args: string[]): Promise<unknown>;
  on(event: string, listener: (...args: Buffer[]) => void): unknown;
  /** Of a cluster. */
  nodes?(role: "master"): IoRedis[];
}

export function ioredisCommands(given: object): Commands {
  const client = given as IoRedis;
  const listeners: Record<Kind, Map<string, OnMessage>> = {
    plain: new Map(),
    pattern: new Map(),
    sharded: new Map(),
  };
  // One listener for any number of subscriptions.
  client.on("messageBuffer", (channel: Buffer, message: Buffer) => {
    const name = channel.toString();
    listeners.plain.get(name)?.(message, name);
  });
  client.on("smessageBuffer", (channel: Buffer, message: Buffer) => {
    const name = channel.toString();
    listeners.sharded.get(name)?.(message, name);
  });
  client.on("pmessageBuffer", (pattern: Buffer, channel: Buffer, message: Buffer) => {
    listeners.pattern.get(pattern.toString())?.(message, channel.toString());
  });
  return {
    publish: (kind, channel, payload) =>
      kind === "sharded" ? client.spublish(channel, payload) : client.publish(channel, payload),

    subscribe(kind, channel, onMessage) {
      listeners[kind].set(channel, onMessage);
      if (kind === "sharded") return client.ssubscribe(channel);
      if (kind === "pattern") return client.psubscribe(channel);
      return client.subscribe(channel);
    },

    unsubscribe(kind, channel) {
      listeners[kind].delete(channel);
      if (kind === "sharded") return client.sunsubscribe(channel);
      if (kind === "pattern") return client.punsubscribe(channel);
      return client.unsubscribe(channel);
    },

    async countSubscribers(kind, channel) {
      const command = kind === "sharded" ? "SHARDNUMSUB" : "NUMSUB";
      const nodes = client.nodes?.("master") ?? [client];
      const answers = await Promise.all(nodes.map((node) => node.call("PUBSUB", command, channel)));
      return answers.reduce((sum: number, answer) => sum + Number((answer as unknown[])[1]), 0);
    },
  };
}
