import type { Commands } from "./commands.js";

type BufferListener = (message: Buffer, channel: Buffer) => void;

/** As much of a client, or cluster, of the package `redis` as is used. */
interface NodeRedis {
  publish(channel: string, message: string | Buffer): Promise<unknown>;
  sPublish(channel: string, message: string | Buffer): Promise<unknown>;
  subscribe(channel: string, listener: BufferListener, asBuffers: true): Promise<unknown>;
  pSubscribe(pattern: string, listener: BufferListener, asBuffers: true): Promise<unknown>;
  sSubscribe(channel: string, listener: BufferListener, asBuffers: true): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  pUnsubscribe(pattern: string): Promise<unknown>;
  sUnsubscribe(channel: string): Promise<unknown>;
  sendCommand(args: string[]): Promise<unknown>;
  /** Of a cluster. */
  masters?: unknown[];
  nodeClient?(node: unknown): Promise<NodeRedis> | NodeRedis;
}

export function nodeRedisCommands(given: object): Commands {
  const client = given as NodeRedis;
  const nodes = async (): Promise<NodeRedis[]> => {
    const { masters } = client;
    return masters
      ? Promise.all(masters.map(async (node) => client.nodeClient?.(node) as NodeRedis))
      : [client];
  };
  return {
    publish: (kind, channel, payload) =>
      kind === "sharded" ? client.sPublish(channel, payload) : client.publish(channel, payload),

    subscribe(kind, channel, onMessage) {
      const listener: BufferListener = (message, from) => onMessage(message, from.toString());
      if (kind === "sharded") return client.sSubscribe(channel, listener, true);
      if (kind === "pattern") return client.pSubscribe(channel, listener, true);
      return client.subscribe(channel, listener, true);
    },

    unsubscribe(kind, channel) {
      if (kind === "sharded") return client.sUnsubscribe(channel);
      if (kind === "pattern") return client.pUnsubscribe(channel);
      return client.unsubscribe(channel);
    },

    async countSubscribers(kind, channel) {
      const command = kind === "sharded" ? "SHARDNUMSUB" : "NUMSUB";
      const answers = await Promise.all(
        (await nodes()).map((node) => node.sendCommand(["PUBSUB", command, channel])),
      );
      return answers.reduce((sum: number, answer) => sum + Number((answer as unknown[])[1]), 0);
    },
  };
}
