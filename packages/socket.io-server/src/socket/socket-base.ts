// biome-ignore-all lint/suspicious/noExplicitAny: reason: `data` is of any shape unless the application says so
import type { IncomingMessage } from "node:http";
import { randomId } from "engine.io/internal";
import type { Adapter, Room, Session, SocketId } from "socket.io-adapter";
import type { Packet } from "socket.io-parser";
import { type DefaultEventsMap, type EventsMap, TypedEmitter } from "typed-emitter";
import { SocketStore } from "../classic/socket-store.js";
import { isLegacy, legacySocketId } from "../client/protocol-3.js";
import type { ClientContract, NamespaceContract } from "../contract.js";
import { CatchAll, type CatchAllListener } from "../listeners/catch-all.js";
import type { ErrorHook } from "../listeners/error-hook.js";
import type { DisconnectReason } from "./disconnect-reason.js";
import { buildHandshake, type Handshake } from "./handshake.js";
import type { AckCallback } from "./pending-acks.js";
import { nextSocketState, type SocketState, type SocketTransition } from "./socket-state.js";

/** The events that a socket emits for itself. */
export interface SocketReservedEventsMap {
  disconnect: (reason: DisconnectReason, description?: any) => void;
  disconnecting: (reason: DisconnectReason, description?: any) => void;
  error: (err: Error) => void;
}

/** What a socket is and has: identity, data, rooms and catch-all listeners. Nothing is made before its first use. */
export abstract class SocketBase<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  SocketData = any,
  Namespace extends NamespaceContract = NamespaceContract,
  Client extends ClientContract = ClientContract,
> extends TypedEmitter<ListenEvents, EmitEvents, SocketReservedEventsMap> {
  readonly nsp: Namespace;
  readonly client: Client;
  /** Unique among all sockets; also the name of a room that the socket is in. */
  readonly id: SocketId;
  /** Whether the socket came back to the session it had, with its id, rooms and data. */
  readonly recovered: boolean = false;
  // Private, since applications keep all sorts of fields on sockets.
  #state: SocketState = "joining";
  /** The secret by which the client can come back to this session. */
  protected readonly pid: string | undefined;
  readonly #auth: Record<string, unknown>;
  readonly #issued = Date.now();
  #handshake: Handshake | undefined;
  #data: SocketData | undefined;
  #acks: Map<number, AckCallback> | undefined;
  #incoming: CatchAll | undefined;
  #outgoing: CatchAll | undefined;
  #store: SocketStore | undefined;

  constructor(nsp: Namespace, client: Client, auth: Record<string, unknown>, session?: Session) {
    super();
    this.nsp = nsp;
    this.client = client;
    this.#auth = auth;
    if (session) {
      this.id = session.sid;
      this.pid = session.pid;
      this.recovered = true;
      this.#data = session.data as SocketData;
    } else if (isLegacy(client)) {
      this.id = legacySocketId(nsp.name, client.id);
    } else {
      this.id = randomId();
      this.pid = nsp.server.opts.connectionStateRecovery && randomId();
    }
  }

  /** How the socket came in. */
  get handshake(): Handshake {
    const { conn } = this.client;
    this.#handshake ??= buildHandshake(conn.request, conn.remoteAddress, this.#auth, this.#issued);
    return this.#handshake;
  }

  /** What the application keeps with the socket; other servers see it in `fetchSockets`. Empty at first. */
  get data(): SocketData {
    this.#data ??= {} as SocketData;
    return this.#data;
  }

  set data(data: SocketData) {
    this.#data = data;
  }

  /** Whether the socket is in the namespace; in `disconnecting` listeners it still is. */
  get connected(): boolean {
    return this.#state === "joined" || this.#state === "leaving";
  }

  /** Whether it has left for good. */
  protected get _hasLeft(): boolean {
    return this.#state === "left";
  }

  /** Whether there was something to do. */
  protected _transition(transition: SocketTransition): boolean {
    const next = nextSocketState(this.#state, transition);
    if (!next) return false;
    this.#state = next;
    return true;
  }

  get disconnected(): boolean {
    return !this.connected;
  }

  get server(): Namespace["server"] {
    return this.nsp.server;
  }

  get adapter(): Adapter {
    return this.nsp.adapter;
  }

  /** The request that opened the connection. */
  get request(): IncomingMessage {
    return this.client.request;
  }

  /** The engine's connection, shared with the sockets of this client in other namespaces. */
  get conn(): Client["conn"] {
    return this.client.conn;
  }

  /** The rooms that the socket is in. */
  get rooms(): Set<Room> {
    return this.adapter.socketRooms(this.id) ?? new Set();
  }

  protected get _errors(): ErrorHook {
    return this.nsp.server._errors;
  }

  /** The callbacks that wait for the client's acknowledgement. */
  get acks(): Map<number, AckCallback> {
    this.#acks ??= new Map();
    return this.#acks;
  }

  protected get _awaitsAck(): boolean {
    return this.#acks !== undefined && this.#acks.size > 0;
  }

  /** The callbacks that wait, which no longer do. */
  protected _takeAcks(): AckCallback[] {
    const acks = [...(this.#acks?.values() ?? [])];
    this.#acks = undefined;
    return acks;
  }

  /**
   * Adds a listener for every incoming event.
   *
   * @example
   * socket.onAny((event, ...args) => console.log(event, args));
   */
  onAny(listener: CatchAllListener): this {
    this.#incoming ??= new CatchAll();
    this.#incoming.add(listener);
    return this;
  }

  /** `onAny`, before the listeners already there. */
  prependAny(listener: CatchAllListener): this {
    this.#incoming ??= new CatchAll();
    this.#incoming.prepend(listener);
    return this;
  }

  /** Removes a catch-all listener, or all of them. */
  offAny(listener?: CatchAllListener): this {
    this.#incoming?.remove(listener);
    return this;
  }

  listenersAny(): CatchAllListener[] {
    return this.#incoming?.toArray() ?? [];
  }

  /** Adds a listener for every outgoing event. Acknowledgements are not events. */
  onAnyOutgoing(listener: CatchAllListener): this {
    this.#outgoing ??= new CatchAll();
    this.#outgoing.add(listener);
    return this;
  }

  /** `onAnyOutgoing`, before the listeners already there. */
  prependAnyOutgoing(listener: CatchAllListener): this {
    this.#outgoing ??= new CatchAll();
    this.#outgoing.prepend(listener);
    return this;
  }

  /** Removes a catch-all listener for outgoing events, or all of them. */
  offAnyOutgoing(listener?: CatchAllListener): this {
    this.#outgoing?.remove(listener);
    return this;
  }

  listenersAnyOutgoing(): CatchAllListener[] {
    return this.#outgoing?.toArray() ?? [];
  }

  protected notifyIncomingListeners(args: readonly unknown[]): void {
    this.#incoming?.call(this, args, this._errors, this.nsp);
  }

  /** Tells the catch-all listeners of a packet that goes out; adapters call it when they broadcast. */
  notifyOutgoingListeners(packet: Packet): void {
    this.#outgoing?.call(this, packet.data as unknown[], this._errors, this.nsp);
  }

  /** Keeps a value with the socket. From the original API; `data` does it without callbacks. */
  set(key: string, value: unknown, callback?: (err: null) => void): this {
    this.#store ??= new SocketStore();
    this.#store.set(key, value, callback);
    return this;
  }

  /** Gives a value that `set` kept, `null` if there is none. */
  get(key: string, callback: (err: null, value: any) => void): this {
    this.#store ??= new SocketStore();
    this.#store.get(key, callback);
    return this;
  }

  /** Tells whether `set` kept a value. */
  has(key: string, callback: (err: null, has: boolean) => void): this {
    this.#store ??= new SocketStore();
    this.#store.has(key, callback);
    return this;
  }

  /** Forgets a value that `set` kept. */
  del(key: string, callback?: (err: null) => void): this {
    this.#store ??= new SocketStore();
    this.#store.del(key, callback);
    return this;
  }
}
