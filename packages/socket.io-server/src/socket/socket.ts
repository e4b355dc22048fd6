// biome-ignore-all lint/suspicious/noExplicitAny: reason: events, acknowledgements and `data` are of any shape unless the application says so
import type { Room, Session } from "socket.io-adapter";
import { type Packet, PacketType } from "socket.io-parser";
import type { DecorateAcknowledgements, DefaultEventsMap, EventsMap } from "typed-emitter";
import { isLegacy } from "../client/protocol-3.js";
import type { ClientContract, NamespaceContract, SocketContract } from "../contract.js";
import { disconnectedError } from "../errors.js";
import { checkEvent } from "../guards/schema-check.js";
import type { Contract } from "../guards/schema-contract.js";
import { emitIsolated } from "../listeners/emit-isolated.js";
import type { CallOrigin } from "../listeners/error-hook.js";
import { filterEvent } from "../listeners/event-filter.js";
import { isThenable, type Middleware } from "../listeners/middleware.js";
import { type DisconnectReason, isRecoverable } from "./disconnect-reason.js";
import { type AckCallback, failAck } from "./pending-acks.js";
import type { Receipts } from "./receipts.js";
import { isEvent } from "./reserved-events.js";
import { SocketEmitter } from "./socket-emitter.js";

/** An event as it came in: its name and its arguments. */
export type Event = [string, ...any[]];

/**
 * One client in one namespace.
 *
 * @example
 * io.on("connection", (socket) => {
 *   socket.emit("hello", "world");
 *   socket.on("ping", (callback) => callback("pong"));
 *   socket.to("room").emit("joined", socket.id);
 * });
 */
export class Socket<
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents,
    ServerSideEvents extends EventsMap = DefaultEventsMap,
    SocketData = any,
    Namespace extends NamespaceContract = NamespaceContract,
    Client extends ClientContract = ClientContract,
  >
  extends SocketEmitter<ListenEvents, EmitEvents, SocketData, Namespace, Client>
  implements SocketContract
{
  #middleware: Middleware<Event>[] | undefined;

  /** The event that is being validated and that later ones wait for. */
  #checking: Promise<void> | undefined;
  #missed: unknown[][] | undefined;
  /** What its client, if that retries, has been told already. */
  readonly #receipts: Receipts | undefined;
  /** How many events wait for us to acknowledge them. */
  #owed = 0;

  constructor(nsp: Namespace, client: Client, auth: Record<string, unknown>, session?: Session) {
    super(nsp, client, auth, session);
    this.#receipts = nsp._receipts.open(auth.retryId);
    if (!session) return;
    this.join(session.rooms);
    this.#missed = session.missedPackets;
  }

  /** How many milliseconds the client has to acknowledge the next event. */
  timeout(
    timeout: number,
  ): Socket<
    ListenEvents,
    DecorateAcknowledgements<EmitEvents>,
    ServerSideEvents,
    SocketData,
    Namespace,
    Client
  > {
    return this._withFlags({ timeout }) as never;
  }

  /**
   * Joins a room, or rooms.
   *
   * @returns a promise where the adapter has one to confirm with
   */
  join(rooms: Room | Room[]): Promise<void> | void {
    if (!this._hasLeft) return this.adapter.addAll(this.id, new Set(Array.isArray(rooms) ? rooms : [rooms]));
  }

  /** Leaves a room. */
  leave(room: Room): Promise<void> | void {
    return this.adapter.del(this.id, room);
  }

  /**
   * Adds a middleware, run for each incoming event. `next()` lets it through, `next(error)` drops it and emits `error` here.
   *
   * @example
   * socket.use(([event, ...args], next) => next());
   */
  use(fn: (event: Event, next: (err?: Error) => void) => void): this {
    this.#middleware ??= [];
    this.#middleware.push(fn);
    return this;
  }

  /**
   * Leaves the namespace; with `close` the whole connection is closed.
   */
  disconnect(close = false): this {
    if (!this.connected) return this;
    if (close) {
      this.client._disconnect();
    } else {
      this.packet({ type: PacketType.DISCONNECT });
      this._onclose("server namespace disconnect");
    }
    return this;
  }

  /** The socket is in: its own room is joined and the client is told. */
  _onconnect(): void {
    this._transition("accept");
    this.join(this.id);
    if (this.pid !== undefined) this.nsp._sessions.set(this.pid, this);
    // The missed packets precede the reply to CONNECT, and are not for a client that middleware has refused.
    for (const data of this.#missed ?? []) this.packet({ type: PacketType.EVENT, data });
    this.#missed = undefined;
    const data = isLegacy(this.client) ? undefined : { sid: this.id, pid: this.pid };
    this.packet({ type: PacketType.CONNECT, data });
  }

  /** Handles a packet from the client. */
  _onpacket(packet: Packet): void {
    switch (packet.type) {
      case PacketType.EVENT:
      case PacketType.BINARY_EVENT:
        if (!this.#isRetry(packet)) this.onevent(packet);
        break;
      case PacketType.ACK:
      case PacketType.BINARY_ACK:
        this.#onack(packet);
        break;
      case PacketType.DISCONNECT:
        this._onclose("client namespace disconnect");
    }
  }

  /** Whether an event was acknowledged before, over a connection that lost the acknowledgement. */
  #isRetry({ id }: Packet): boolean {
    const data = id === undefined ? undefined : this.#receipts?.find(id);
    if (!data) return false;
    this.packet({ type: PacketType.ACK, id: id as number, data });
    return true;
  }

  /** Handles an event from the client; third-party code replaces it on an instance. */
  onevent(packet: Packet): void {
    const { data } = packet;
    if (!isEvent(data)) {
      this.conn.close();
      return;
    }
    const event = data as Event;
    const ack = packet.id === undefined ? undefined : this.ack(packet.id);
    const contract = this.nsp._contract;
    if (contract) this.#check(contract, event, ack);
    else this.#receive(event, ack);
  }

  /** Has the arguments validated; events stay in order, however long a schema takes. */
  #check(contract: Contract, [name, ...args]: Event, ack: AckCallback | undefined): void {
    const settle = (result: Awaited<ReturnType<typeof checkEvent>>): void => {
      if ("value" in result) {
        this.#receive([name, ...result.value], ack);
        return;
      }
      const { code, message, issues } = result.error;
      ack?.({ error: { code, message, issues } });
      const { _errors: errors } = this;
      if (errors.handler) errors.report(result.error, args, { ...this._origin("contract"), event: name });
    };
    const result = checkEvent(contract, name, args);
    if (!this.#checking && !isThenable(result)) {
      settle(result);
      return;
    }
    const turn = Promise.all([result, this.#checking]).then(([checked]) => {
      // Out of the promise, which would keep what a listener throws.
      process.nextTick(() => {
        if (this.#checking === turn) this.#checking = undefined;
        if (this.connected) settle(checked);
      });
    });
    this.#checking = turn;
  }

  #receive(event: Event, ack: AckCallback | undefined): void {
    if (ack) event.push(ack);
    this.notifyIncomingListeners(event);
    if (this.#middleware) this.#filter(this.#middleware, event, ack);
    else this.#dispatch(event, ack);
  }

  #filter(middleware: Middleware<Event>[], event: Event, ack: AckCallback | undefined): void {
    const origin = { ...this._origin("socket-middleware", ack), event: event[0] };
    filterEvent(middleware, event, this._errors, origin, {
      accepted: () => this.#dispatch(event, ack),
      refused: (error, reported) => {
        if (this.listenerCount("error") === 0 && !reported) this.#missingErrorListener(error, event, origin);
        this._onerror(error);
      },
    });
  }

  #missingErrorListener(error: Error, event: Event, origin: CallOrigin): void {
    if (this._errors.handler) {
      this._errors.report(error, event, { ...origin, ack: undefined });
      return;
    }
    console.error("Missing error handler on `socket`.");
    console.error(error.stack);
  }

  #dispatch(event: Event, ack: AckCallback | undefined): void {
    if (!this.connected) return;
    const [name] = event;
    // Alone, a listener may throw as it likes: we were called by the runtime, which reports it.
    if (!this._errors.handler && this.listenerCount(name) < 2) this.emitUntyped(...event);
    else emitIsolated(this, name, event.slice(1), this._errors, this._origin("event", ack));
  }

  /** A function that acknowledges the event with this id, once. */
  ack(id: number): AckCallback {
    let sent = false;
    this.#owed++;
    return (...args) => {
      if (sent) return;
      sent = true;
      this.#owed--;
      this.packet({ type: PacketType.ACK, id, data: this.#receipts?.keep(id, args) ?? args });
      this._ackSettled();
    };
  }

  #onack({ id, data }: Packet): void {
    const callback = this.acks.get(id as number);
    if (!callback) return;
    this.acks.delete(id as number);
    this._callBack(callback, Array.isArray(data) ? data : []);
    this._ackSettled();
  }

  /** Something went wrong with the connection, or with what came over it. */
  _onerror(error: Error): void {
    this.#emitOwn("error", error);
  }

  #emitOwn(event: "error" | "disconnecting" | "disconnect", ...args: unknown[]): void {
    emitIsolated(this, event, args, this._errors, this._origin(event));
  }

  /** The socket is out, for this reason. */
  _onclose(reason: DisconnectReason, description?: unknown): void {
    // A listener may well disconnect what is being disconnected.
    if (!this._transition("leave")) return;
    this.#emitOwn("disconnecting", reason, description);
    if (this.pid !== undefined && isRecoverable(reason)) {
      this.adapter.persistSession({
        sid: this.id,
        pid: this.pid,
        rooms: [...this.rooms],
        data: this.data,
      });
    }
    this._cleanup();
    this.client._remove(this);
    this.#emitOwn("disconnect", reason, description);
  }

  get _isBusy(): boolean {
    return this.#owed > 0 || this._awaitsAck;
  }

  /** Its client has come back by another connection: this one is over, and the session free to be recovered. */
  _supersede(): void {
    this._onclose("forced close");
    this.conn.close(true);
  }

  /** Leaves all rooms and the namespace, for good. */
  _cleanup(): void {
    this._transition("cleanup");
    if (this.pid !== undefined) this.nsp._sessions.delete(this.pid);
    this.adapter.delAll(this.id);
    this.nsp._receipts.close(this.handshake.auth.retryId);
    this.nsp._remove(this);
    for (const ack of this._takeAcks()) {
      this._errors.callAll(undefined, [failAck], [ack, disconnectedError()], this._origin("ack"));
    }
  }
}
