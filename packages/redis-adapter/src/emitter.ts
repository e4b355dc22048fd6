import { ClusterEmitter, type ClusterMessage } from "socket.io-adapter";
import { ClassicChannels, encodeClassic } from "./classic-messages.js";
import { Connection } from "./connection.js";
import {
  type RedisAdapterOptions,
  resolveOptions,
  resolveShardedOptions,
  type SubscriptionMode,
} from "./options.js";
import { encodeSharded, ShardedChannels } from "./sharded-messages.js";

export interface EmitterOptions extends Pick<RedisAdapterOptions, "key" | "parser"> {
  /**
   * For servers with `createShardedAdapter`: its `subscriptionMode`.
   * @default undefined: for servers with `createAdapter`
   */
  sharded?: SubscriptionMode;
  /**
   * Told of messages that could not be sent.
   * @default a warning of the process
   */
  onError?: (error: unknown) => void;
}

/**
 * Sends to the clients of all servers, from a process that has none.
 *
 * @example
 * const emitter = new Emitter(await createClient().connect());
 * emitter.to("room").emit("hello");
 */
export class Emitter extends ClusterEmitter {
  /** @throws Error with code `ERR_INVALID_OPTION` */
  constructor(client: object, options: EmitterOptions = {}, nsp = "/") {
    const { onError = warn, sharded } = options;
    const connection = Connection.of(client);
    const { key, parser } = resolveOptions(options);
    if (sharded) resolveShardedOptions({ subscriptionMode: sharded });
    const publish = (message: ClusterMessage) => {
      if (sharded) {
        const channel = new ShardedChannels(key, message.nsp, sharded).for(message);
        return connection.publish("sharded", channel, encodeSharded(message));
      }
      const [channel, payload] = encodeClassic(message, new ClassicChannels(key, message.nsp), parser);
      return connection.publish("plain", channel, payload);
    };
    super({ publish, onError }, { nsp });
  }
}

function warn(error: unknown): void {
  process.emitWarning(`an emitted message was lost: ${error}`, { code: "ERR_PUBLISH_FAILED" });
}
