import {
  type AdapterNamespace,
  ClusterAdapter,
  type ClusterMessage,
  type ClusterResponse,
  type Room,
  type ServerId,
} from "socket.io-adapter";
import {
  ClassicChannels,
  type ClassicRequest,
  type ClassicResponse,
  decodeBroadcast,
  encodeClassic,
  encodeClassicResponse,
  RequestType,
  toMessage,
  toResponse,
} from "./classic-messages.js";
import { Connection } from "./connection.js";
import { type RedisAdapterOptions, resolveOptions } from "./options.js";
import { decodeAny } from "./parser.js";
import { RoomQueries } from "./room-queries.js";
import { Subscriptions } from "./subscriptions.js";

const FIXSTR_16 = 0xb0;

/** One namespace of one server among those that share a Redis. */
export class RedisAdapter extends ClusterAdapter {
  readonly #publisher: Connection;
  readonly #options: Required<RedisAdapterOptions>;
  readonly #channels: ClassicChannels;
  readonly #subscriptions: Subscriptions;
  readonly #roomQueries: RoomQueries;

  /** @throws Error with code `ERR_INVALID_OPTION` */
  constructor(nsp: AdapterNamespace, pubClient: object, subClient: object, options?: RedisAdapterOptions) {
    super(nsp);
    this.#options = resolveOptions(options);
    this.#channels = new ClassicChannels(this.#options.key, nsp.name);
    this.#publisher = Connection.of(pubClient);
    this.#roomQueries = new RoomQueries(this.#options.requestsTimeout);
    this.#subscriptions = new Subscriptions(this.#publisher, Connection.of(subClient), (...args) =>
      this._report(...args),
    );
    const { broadcast, request, response } = this.#channels;
    this.#subscriptions.add("pattern", `${broadcast}*`, (payload, channel) =>
      this.#onBroadcast(payload, channel),
    );
    this.#subscriptions.add("plain", request, (payload) => this.#onRequest(payload));
    const onResponse = (payload: Buffer) => this.#onAnswer(payload);
    this.#subscriptions.add("plain", response, onResponse);
    this.#subscriptions.add("plain", this.#channels.responseTo(this.uid), onResponse);
  }

  override async init(): Promise<void> {
    await this.#subscriptions.ready();
  }

  override async close(): Promise<void> {
    await super.close();
    this.#roomQueries.close();
    await this.#subscriptions.close();
  }

  override serverCount(): Promise<number> {
    return this.#publisher.countSubscribers("plain", this.#channels.request);
  }

  /**
   * The rooms of all servers.
   *
   * @throws Error with code `ERR_CLUSTER_TIMEOUT`, whose `responses` are the rooms that are known
   */
  async allRooms(): Promise<Set<Room>> {
    const others = (await this.serverCount()) - 1;
    const { id, found } = this.#roomQueries.ask(others, this.rooms.keys());
    if (others > 0) {
      const request = JSON.stringify({ uid: this.uid, requestId: id, type: RequestType.ALL_ROOMS });
      await this.#publisher.publish("plain", this.#channels.request, request);
    }
    return found;
  }

  protected override get _requestTimeout(): number {
    return this.#options.requestsTimeout;
  }

  protected async doPublish(message: ClusterMessage): Promise<string> {
    const [channel, payload] = encodeClassic(message, this.#channels, this.#options.parser);
    await this.#publisher.publish("plain", channel, payload);
    // Nothing is kept.
    return "";
  }

  protected doPublishResponse(requesterUid: ServerId, response: ClusterResponse): Promise<void> {
    return this.#answer(requesterUid, encodeClassicResponse(response, this.#options.parser));
  }

  #answer(requesterUid: ServerId | undefined, payload: string | Buffer): Promise<void> {
    const { publishOnSpecificResponseChannel: specific } = this.#options;
    const channel =
      specific && requesterUid ? this.#channels.responseTo(requesterUid) : this.#channels.response;
    return this.#publisher.publish("plain", channel, payload);
  }

  #onBroadcast(payload: Buffer, channel: string): void {
    const room = channel.slice(this.#channels.broadcast.length, -1);
    if (room !== "" && !this.#hasRoom(room)) return;
    // Redis sends it back to who sent it: known without decoding all of it.
    if (payload[1] === FIXSTR_16 && payload.toString("latin1", 2, 18) === this.uid) return;
    this.onMessage(decodeBroadcast(payload, this.#options.parser) as ClusterMessage);
  }

  /** In a channel, a room that is a number is text. */
  #hasRoom(room: string): boolean {
    return this.rooms.has(room) || this.rooms.has(Number(room) as unknown as Room);
  }

  #onRequest(payload: Buffer): void {
    const request = decodeAny(payload, this.#options.parser) as ClassicRequest | undefined;
    if (typeof request !== "object" || request === null) {
      this.onMessage(undefined as never);
      return;
    }
    if (request.uid === this.uid) return;
    const { uid, requestId, type } = request;
    if (type === RequestType.ALL_ROOMS) {
      this.#tell(uid, { uid: this.uid, requestId, rooms: [...this.rooms.keys()] });
    } else if (type === RequestType.SOCKETS) {
      const opts = { rooms: new Set(request.rooms), flags: { local: true } };
      void this.fetchSockets(opts).then((sockets) => {
        const ids = (sockets as { id: string }[]).map(({ id }) => id);
        this.#tell(uid, { uid: this.uid, requestId, sockets: ids });
      });
    } else {
      const message = toMessage(request, this.nsp.name);
      if (message) this.onMessage(message);
    }
  }

  #tell(requesterUid: ServerId | undefined, response: object): void {
    this.#answer(requesterUid, JSON.stringify(response)).catch((error: unknown) =>
      this._report("ERR_RESPONSE_FAILED", `could not answer ${requesterUid}`, error),
    );
  }

  #onAnswer(payload: Buffer): void {
    const response = decodeAny(payload, this.#options.parser) as ClassicResponse | undefined;
    if (typeof response !== "object" || response === null) {
      this.onMessage(undefined as never);
      return;
    }
    if (response.rooms) this.#roomQueries.answer(response.requestId, response.rooms);
    else if (response.type !== undefined || response.sockets) {
      this.onResponse(toResponse(response, this.nsp.name));
    }
  }
}
