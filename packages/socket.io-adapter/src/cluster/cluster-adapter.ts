import { Adapter } from "../adapter.js";
import type { AdapterNamespace, BroadcastOptions, BroadcastPacket, Room, SocketId } from "../contract.js";
import { problemOf } from "./check-message.js";
import { type ClusterErrorCode, clusterError } from "./errors.js";
import { handleMessage, type LocalAdapter } from "./handle-message.js";
import { MessageType } from "./message-type.js";
import {
  type ClusterMessage,
  type ClusterResponse,
  encodeOptions,
  type Offset,
  type ServerId,
  type UnsentMessage,
  type UnsentResponse,
} from "./messages.js";
import { OrderedDelivery } from "./ordered-delivery.js";
import { PendingAcks } from "./pending-acks.js";
import { type Peers, PendingRequests } from "./pending-requests.js";
import { randomId } from "./random-id.js";
import { takesOffset, withOffset } from "./recovery-offset.js";
import { SilentServers } from "./silent-servers.js";

/** The sender of what a process without sockets emits. It is no server. */
const EMITTER_UID = "emitter";

/** What an adapter counts since it was made. */
export interface ClusterStats {
  /** Messages that could not be handed to the engine. */
  readonly publishFailures: number;
  /** What came in and was no message. */
  readonly invalidMessages: number;
  /** Requests and broadcasts whose answers are awaited now. */
  readonly pending: number;
}

/**
 * Base class of the adapters that connect several servers. A subclass hands messages to its engine in `doPublish` and
 * `doPublishResponse`, and what the engine brings to `onMessage` and `onResponse`. The base does the rest.
 *
 * What goes wrong between servers is emitted as `error` on the adapter, with a stable `code`; the sockets of this server get what is
 * sent to them all the same.
 *
 * @example
 * class BusAdapter extends ClusterAdapter {
 *   constructor(nsp, bus) {
 *     super(nsp);
 *     this.bus = bus;
 *     bus.on("message", (message) => this.onMessage(message));
 *   }
 *   doPublish(message) {
 *     return this.bus.send(message).then(() => "");
 *   }
 *   doPublishResponse(requesterUid, response) {
 *     return this.bus.send(response);
 *   }
 *   serverCount() {
 *     return this.bus.countServers();
 *   }
 * }
 * new Server({ adapter: (nsp) => new BusAdapter(nsp, bus) });
 */
export abstract class ClusterAdapter extends Adapter {
  protected readonly uid: ServerId = randomId();
  readonly #silent = new SilentServers();
  readonly #requests = new PendingRequests((count, answered, uids) => {
    if (uids) this._missed(uids);
    else this.#silent.missed(count, answered);
  });
  readonly #acks = new PendingAcks((uids) => this._missed(uids));
  readonly #deliveries = new OrderedDelivery(
    (error) => this._report("ERR_DELIVERY_FAILED", "a packet could not be delivered", error),
    () =>
      this._report("ERR_OFFSET_TIMEOUT", "packets are delivered without offset until the engine is quicker"),
  );
  readonly #local: LocalAdapter;
  #publishFailures = 0;
  #invalidMessages = 0;

  protected constructor(nsp: AdapterNamespace) {
    super(nsp);
    this.#local = {
      nsp,
      broadcast: (packet, opts) => super.broadcast(packet, opts),
      broadcastWithAck: (...args) => super.broadcastWithAck(...args),
      addSockets: (opts, rooms) => super.addSockets(opts, rooms),
      delSockets: (opts, rooms) => super.delSockets(opts, rooms),
      disconnectSockets: (opts, close) => super.disconnectSockets(opts, close),
      fetchSockets: (opts) => super.fetchSockets(opts),
      respond: (requesterUid, response) => this.publishResponse(requesterUid, response),
    };
  }

  /** What happened so far. */
  get stats(): ClusterStats {
    return {
      publishFailures: this.#publishFailures,
      invalidMessages: this.#invalidMessages,
      pending: this.#requests.size + this.#acks.size,
    };
  }

  /** Ends what waits for other servers. To be called by a subclass that overrides it. */
  override close(): Promise<void> | void {
    this.#deliveries.close();
    this.#requests.close();
    this.#acks.close();
  }

  /**
   * To be called with each message of the other servers; those of this one, and of other namespaces, are ignored.
   *
   * @param offset - where the message stands in what the engine keeps, if it keeps messages
   */
  protected onMessage(message: ClusterMessage | ClusterResponse, offset?: Offset): void {
    const problem = problemOf(message);
    if (problem) {
      this.#invalid(problem);
      return;
    }
    if (message.uid === this.uid || message.nsp !== this.nsp.name) return;
    if (isResponse(message)) {
      this.onResponse(message);
      return;
    }
    this.#heard(message);
    handleMessage(this.#local, message, offset);
  }

  /** To be called with each answer to this server; `onMessage` does so with the answers it gets. */
  protected onResponse(response: ClusterResponse): void {
    const problem = problemOf(response);
    if (problem) {
      this.#invalid(problem);
      return;
    }
    const { uid, type, data } = response;
    this.#heard(response);
    if (type === MessageType.FETCH_SOCKETS_RESPONSE) this.#requests.answer(data.requestId, uid, data.sockets);
    else if (type === MessageType.SERVER_SIDE_EMIT_RESPONSE)
      this.#requests.answer(data.requestId, uid, [data.packet]);
    else if (type === MessageType.BROADCAST_CLIENT_COUNT)
      this.#acks.clientCount(data.requestId, uid, data.clientCount);
    else if (type === MessageType.BROADCAST_ACK) this.#acks.ack(data.requestId, uid, data.packet);
  }

  override broadcast(packet: BroadcastPacket, opts: BroadcastOptions): Promise<void> | void {
    const deliver = () => void super.broadcast(packet, opts);
    // A packet that has an id is to be acknowledged by one client, which is here.
    if (opts.flags?.local || packet.id !== undefined) {
      this.#deliveries.run(deliver);
      return;
    }
    const published = this.#send({
      type: MessageType.BROADCAST,
      data: { packet: copyOf(packet), opts: encodeOptions(opts) },
    });
    if (!takesOffset(this.nsp, packet, opts)) {
      this.#deliveries.run(deliver);
      return;
    }
    const deliverWithOffset = (offset?: Offset) => {
      withOffset(packet, offset);
      deliver();
    };
    if (typeof published === "string") this.#deliveries.run(() => deliverWithOffset(published));
    else this.#deliveries.runWithOffset(published, deliverWithOffset);
  }

  override broadcastWithAck(
    packet: BroadcastPacket,
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: unknown[]) => void,
  ): void {
    if (!opts.flags?.local) {
      const requestId = randomId();
      const { silent, uids } = this._ackPeers();
      for (let i = 0; i < silent; i++) clientCountCallback(0);
      if (uids?.size !== 0) {
        this.#acks.add(requestId, uids, opts.flags?.timeout, {
          onClientCount: clientCountCallback,
          onAck: ack,
        });
      }
      const data = { packet: copyOf(packet), requestId, opts: encodeOptions(opts) };
      this.publish({ type: MessageType.BROADCAST, data });
    }
    this.#deliveries.run(() => super.broadcastWithAck(packet, opts, clientCountCallback, ack));
  }

  override addSockets(opts: BroadcastOptions, rooms: Room[]): void {
    if (!opts.flags?.local) {
      this.#send({ type: MessageType.SOCKETS_JOIN, data: { opts: encodeOptions(opts), rooms } });
    }
    this.#deliveries.run(() => super.addSockets(opts, rooms));
  }

  override delSockets(opts: BroadcastOptions, rooms: Room[]): void {
    if (!opts.flags?.local) {
      this.#send({ type: MessageType.SOCKETS_LEAVE, data: { opts: encodeOptions(opts), rooms } });
    }
    this.#deliveries.run(() => super.delSockets(opts, rooms));
  }

  override disconnectSockets(opts: BroadcastOptions, close: boolean): void {
    if (!opts.flags?.local) {
      this.#send({ type: MessageType.DISCONNECT_SOCKETS, data: { opts: encodeOptions(opts), close } });
    }
    this.#deliveries.run(() => super.disconnectSockets(opts, close));
  }

  /** The ids of the sockets in any of the rooms, on all servers. */
  override async sockets(rooms: Set<Room>): Promise<Set<SocketId>> {
    const sockets = (await this.fetchSockets({ rooms })) as { id: SocketId }[];
    return new Set(sockets.map(({ id }) => id));
  }

  /**
   * The matching sockets of this server, and what the others tell of theirs. Waits for the answers as long as `opts.flags.timeout`
   * says, 5000 ms by default. A server that did not answer in time is not waited for again until something comes from it.
   *
   * @throws ClusterError with code `ERR_CLUSTER_TIMEOUT` or `ERR_CLUSTER_UNAVAILABLE`, whose `responses` are what is known
   */
  override async fetchSockets(opts: BroadcastOptions): Promise<unknown[]> {
    const found = await super.fetchSockets(opts);
    if (opts.flags?.local) return found;
    const peers = await this.#peersToAsk(found);
    if (peers.count <= 0) return found;
    return new Promise((resolve, reject) => {
      const requestId = randomId();
      const timeout = opts.flags?.timeout || this._requestTimeout;
      this.#requests.add(requestId, peers, timeout, found, (error, sockets) => {
        if (error) reject(error);
        else resolve(sockets);
      });
      this.publish({ type: MessageType.FETCH_SOCKETS, data: { opts: encodeOptions(opts), requestId } });
    });
  }

  /** Sends an event to the other servers. A function as last item gets `(err, responses)`. */
  override async serverSideEmit(packet: unknown[]): Promise<void> {
    const ack = packet[packet.length - 1];
    if (typeof ack !== "function") {
      this.publish({ type: MessageType.SERVER_SIDE_EMIT, data: { packet } });
      return;
    }
    packet.pop();
    let peers: Peers;
    try {
      peers = await this.#peersToAsk([]);
    } catch (error) {
      ack(error, []);
      return;
    }
    if (peers.count <= 0) {
      ack(null, []);
      return;
    }
    const requestId = randomId();
    this.#requests.add(requestId, peers, this._requestTimeout, [], (error, responses) =>
      ack(error, responses),
    );
    this.publish({ type: MessageType.SERVER_SIDE_EMIT, data: { requestId, packet } });
  }

  /** Sends a message to the other servers. A failure is an `error` event. */
  protected publish(message: UnsentMessage): void {
    this.#send(message);
  }

  /** Sends a message to the other servers. */
  protected publishAndReturnOffset(message: UnsentMessage): Promise<Offset> | Offset {
    return this.doPublish(Object.assign(message, { uid: this.uid, nsp: this.nsp.name }) as ClusterMessage);
  }

  /**
   * Hands a message to the engine, for all other servers.
   *
   * @returns where it stands in what the engine keeps, `""` where it keeps nothing. An offset that is known at once is best returned
   * at once: while there is a promise, the packet is not delivered here either, so that it can carry its offset.
   */
  protected abstract doPublish(message: ClusterMessage): Promise<Offset> | Offset;

  /** Sends an answer to one server. A failure is an `error` event. */
  protected publishResponse(requesterUid: ServerId, response: UnsentResponse): void {
    const failed = (error: unknown) =>
      this._report("ERR_RESPONSE_FAILED", `could not answer ${requesterUid}`, error);
    const sent = Object.assign(response, { uid: this.uid, nsp: this.nsp.name }) as ClusterResponse;
    try {
      this.doPublishResponse(requesterUid, sent)?.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Hands an answer to the engine, for one server. */
  protected abstract doPublishResponse(
    requesterUid: ServerId,
    response: ClusterResponse,
  ): Promise<void> | void;

  /** How long answers are awaited, in milliseconds. */
  protected get _requestTimeout(): number {
    return 5000;
  }

  /** The servers whose answers are awaited. */
  protected async _peers(): Promise<Peers> {
    return { count: this.#silent.toAsk((await this.serverCount()) - 1) };
  }

  /** The servers whose clients are to acknowledge, as far as they are known, and how many more count but are not waited for. */
  protected _ackPeers(): { silent: number; uids?: ReadonlySet<ServerId> } {
    return { silent: this.#silent.count };
  }

  /** Something came from another server. */
  protected _heard(uid: ServerId, _type: MessageType): void {
    this.#silent.heard(uid);
  }

  /** Servers that are known by their id did not answer in time. */
  protected _missed(_uids: Iterable<ServerId>): void {}

  /** Nothing is awaited any more from a server that is gone. */
  protected _dropNode(uid: ServerId): void {
    this.#requests.drop(uid);
    this.#acks.drop(uid);
  }

  async #peersToAsk(responses: unknown[]): Promise<Peers> {
    try {
      return await this._peers();
    } catch (cause) {
      const message = "the number of servers is not known";
      throw clusterError("ERR_CLUSTER_UNAVAILABLE", message, { cause, responses });
    }
  }

  #send(message: UnsentMessage): Promise<Offset | undefined> | Offset {
    const failed = (error: unknown): undefined => {
      this.#publishFailures++;
      this._report("ERR_PUBLISH_FAILED", `could not publish (type ${MessageType[message.type]})`, error);
    };
    try {
      const published = this.publishAndReturnOffset(message);
      return typeof published === "string" ? published : Promise.resolve(published).catch(failed);
    } catch (error) {
      failed(error);
      return "";
    }
  }

  #heard({ uid, type }: ClusterMessage | ClusterResponse): void {
    if (uid !== EMITTER_UID) this._heard(uid, type);
  }

  #invalid(problem: string): void {
    if (this.#invalidMessages++ === 0)
      this._report("ERR_INVALID_MESSAGE", `dropped what is no message: ${problem}`);
  }

  /** Emits an `error` event. */
  protected _report(code: ClusterErrorCode, message: string, cause?: unknown): void {
    this.emitReserved("error", clusterError(code, message, { cause }));
  }
}

/** What is published stays as it is when the adapter adds to the packet that is delivered here. */
function copyOf({ type, data }: BroadcastPacket): BroadcastPacket {
  return { type, data };
}

function isResponse(message: ClusterMessage | ClusterResponse): message is ClusterResponse {
  const { type } = message;
  return (
    type === MessageType.FETCH_SOCKETS_RESPONSE ||
    type === MessageType.SERVER_SIDE_EMIT_RESPONSE ||
    type === MessageType.BROADCAST_CLIENT_COUNT ||
    type === MessageType.BROADCAST_ACK
  );
}
