import {
  type AdapterNamespace,
  ClusterAdapter,
  type ClusterMessage,
  type ClusterResponse,
  type Room,
  type ServerId,
  type SocketId,
} from "socket.io-adapter";
import { Connection } from "./connection.js";
import { resolveShardedOptions, type ShardedRedisAdapterOptions } from "./options.js";
import { decodeAny, msgpack } from "./parser.js";
import { encodeSharded, ShardedChannels } from "./sharded-messages.js";
import { Subscriptions } from "./subscriptions.js";

/** One namespace of one server, over the sharded publish/subscribe of Redis 7. */
export class ShardedRedisAdapter extends ClusterAdapter {
  readonly #publisher: Connection;
  readonly #channels: ShardedChannels;
  readonly #subscriptions: Subscriptions;
  /** The subscriptions that the current call of `addAll` makes. */
  #joining: Promise<void>[] = [];

  /** @throws Error with code `ERR_INVALID_OPTION` */
  constructor(
    nsp: AdapterNamespace,
    pubClient: object,
    subClient: object,
    options?: ShardedRedisAdapterOptions,
  ) {
    super(nsp);
    const { channelPrefix, subscriptionMode } = resolveShardedOptions(options);
    this.#channels = new ShardedChannels(channelPrefix, nsp.name, subscriptionMode);
    this.#publisher = Connection.of(pubClient);
    this.#subscriptions = new Subscriptions(this.#publisher, Connection.of(subClient), (...args) =>
      this._report(...args),
    );
    const onMessage = (payload: Buffer) => this.onMessage(decodeAny(payload, msgpack) as ClusterMessage);
    this.#subscriptions.add("sharded", this.#channels.base, onMessage);
    this.#subscriptions.add("sharded", this.#channels.of(this.uid), onMessage);
    this.on("create-room", (room) => {
      if (!this.#channels.hasOwn(room)) return;
      this.#joining.push(this.#subscriptions.add("sharded", this.#channels.of(room), onMessage));
    });
    this.on("delete-room", (room) => {
      if (this.#channels.hasOwn(room)) void this.#subscriptions.remove(this.#channels.of(room));
    });
  }

  override async init(): Promise<void> {
    await this.#subscriptions.ready();
  }

  override async close(): Promise<void> {
    await super.close();
    await this.#subscriptions.close();
  }

  /** Resolves when what other servers send to the rooms arrives. */
  override addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    this.#joining = [];
    super.addAll(id, rooms);
    if (this.#joining.length) return Promise.all(this.#joining).then(() => {});
  }

  override serverCount(): Promise<number> {
    return this.#publisher.countSubscribers("sharded", this.#channels.base);
  }

  protected async doPublish(message: ClusterMessage): Promise<string> {
    await this.#publisher.publish("sharded", this.#channels.for(message), encodeSharded(message));
    // Nothing is kept.
    return "";
  }

  protected doPublishResponse(requesterUid: ServerId, response: ClusterResponse): Promise<void> {
    return this.#publisher.publish("sharded", this.#channels.of(requesterUid), encodeSharded(response));
  }
}
