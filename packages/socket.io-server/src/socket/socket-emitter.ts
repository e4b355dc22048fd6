// biome-ignore-all lint/suspicious/noExplicitAny: reason: acknowledgements and `data` are of any shape unless the application says so
import type { BroadcastFlags, Room } from "socket.io-adapter";
import { type Packet, PacketType } from "socket.io-parser";
import type {
  AllButLast,
  DecorateAcknowledgementsWithMultipleResponses,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
} from "typed-emitter";
import { BroadcastOperator } from "../broadcast/broadcast-operator.js";
import type { ClientContract, NamespaceContract, WriteOptions } from "../contract.js";
import { disconnectedError, isDisconnected } from "../errors.js";
import { checkValue } from "../guards/schema-check.js";
import type { CallOrigin, ErrorKind } from "../listeners/error-hook.js";
import { isThenable } from "../listeners/middleware.js";
import { type AckCallback, failAck, fallible, timedAck } from "./pending-acks.js";
import { assertEmittable } from "./reserved-events.js";
import { SocketBase } from "./socket-base.js";

type SocketOperator<EmitEvents extends EventsMap, SocketData> = BroadcastOperator<
  DecorateAcknowledgementsWithMultipleResponses<EmitEvents>,
  SocketData
>;

/** What a socket sends, to its client and to the others, and the answers that it waits for. */
export abstract class SocketEmitter<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  SocketData = any,
  Namespace extends NamespaceContract = NamespaceContract,
  Client extends ClientContract = ClientContract,
> extends SocketBase<ListenEvents, EmitEvents, SocketData, Namespace, Client> {
  #flags: BroadcastFlags | undefined;

  /**
   * Sends an event to the client. A function as last argument is called when the client acknowledges.
   *
   * @returns `true`
   * @throws Error with code `ERR_RESERVED_EVENT`
   * @example
   * socket.emit("question", "?", (answer) => {});
   * socket.timeout(1000).emit("question", "?", (err, answer) => {});
   */
  override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean {
    assertEmittable(ev);
    const flags = this.#takeFlags();
    const data: unknown[] = [ev, ...args];
    const packet: Omit<Packet, "nsp"> = { type: PacketType.EVENT, data };
    if (typeof data[data.length - 1] === "function") {
      const id = this.nsp._ids++;
      this.#awaitAck(id, String(ev), data.pop() as AckCallback, flags?.timeout);
      packet.id = id;
    }
    if (this.nsp.server.opts.connectionStateRecovery) {
      // Through the adapter, which keeps what the client may miss.
      this.adapter.broadcast(packet as Packet, {
        rooms: new Set([this.id]),
        except: new Set(),
        flags: flags ?? {},
      });
    } else {
      this.notifyOutgoingListeners(packet as Packet);
      this.packet(packet, flags);
    }
    return true;
  }

  protected _withFlags(flags: BroadcastFlags): this {
    this.#flags = { ...this.#flags, ...flags };
    return this;
  }

  #takeFlags(): BroadcastFlags | undefined {
    const flags = this.#flags;
    this.#flags = undefined;
    return flags;
  }

  #awaitAck(id: number, event: string, callback: AckCallback, timeout: number | undefined): void {
    const ack = this.#checked(event, timeout === undefined ? callback : this.#timed(id, callback, timeout));
    if (!this._hasLeft) this.acks.set(id, ack);
    else process.nextTick(failAck, ack, disconnectedError());
  }

  #timed(id: number, callback: AckCallback, timeout: number): AckCallback {
    const settle = (args: unknown[]) => this._callBack(callback, args);
    return timedAck(timeout, settle, () => {
      this.acks.delete(id);
      this._ackSettled();
    });
  }

  /** Where there is a contract for what the client answers with, a callback that gets nothing else. */
  #checked(event: string, ack: AckCallback): AckCallback {
    const emits = this.nsp._contract?.emits;
    const schema = emits && Object.hasOwn(emits, event) ? emits[event]?.ack : undefined;
    if (!schema) return ack;
    const settle = (result: Awaited<ReturnType<typeof checkValue>>): void => {
      if ("value" in result) {
        ack.call(this, result.value);
        return;
      }
      const { _errors: errors } = this;
      if (errors.handler) errors.report(result.error, [], { ...this._origin("contract"), event });
      failAck(ack, result.error);
    };
    const answered: AckCallback = (value) => {
      const result = checkValue("acknowledgement", schema, value);
      // A callback that throws does so as if it had been called for the packet.
      if (isThenable(result)) result.then((late) => process.nextTick(settle, late));
      else settle(result);
    };
    return fallible(answered, (error) => failAck(ack, error));
  }

  /** An acknowledgement was sent, has come or will not come. */
  protected _ackSettled(): void {
    this.nsp.server._drain?.settled(this.client);
  }

  protected _callBack(callback: AckCallback, args: unknown[]): void {
    if (this._errors.handler) this._errors.callAll(this, [callback], args, this._origin("ack"));
    else callback.apply(this, args);
  }

  protected _origin(kind: ErrorKind, ack?: AckCallback): CallOrigin {
    return { kind, nsp: this.nsp, socket: this, ack };
  }

  /**
   * `emit`, with the client's answer as a promise.
   *
   * @returns a promise that rejects with code `ERR_ACK_TIMEOUT` when the time given to `timeout` is up, and with
   * `ERR_SOCKET_DISCONNECTED` when the client goes away before; without a timeout that takes the option `rejectAcksOnDisconnect`
   * @example
   * const answer = await socket.timeout(1000).emitWithAck("question", "?");
   */
  emitWithAck<Ev extends EventNamesWithAck<EmitEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
    const errorFirst = this.#flags?.timeout !== undefined;
    return new Promise((resolve, reject) => {
      const callback = (first: any, second: any) => {
        if (!errorFirst) resolve(first);
        else if (first) reject(first);
        else resolve(second);
      };
      const mayReject = errorFirst || this.nsp.server.opts.rejectAcksOnDisconnect;
      fallible(callback, (error) => {
        if (mayReject || !isDisconnected(error)) reject(error);
      });
      this.emit(ev, ...([...args, callback] as never));
    });
  }

  /** Sends a `message` event. */
  send(...args: EventParams<EmitEvents, "message">): this {
    this.emit("message", ...args);
    return this;
  }

  /** Same as `send`. */
  write(...args: EventParams<EmitEvents, "message">): this {
    return this.send(...args);
  }

  /** To the other sockets in the room, or in any of the rooms. */
  to(room: Room | Room[]): SocketOperator<EmitEvents, SocketData> {
    return this.broadcast.to(room);
  }

  /** Same as `to`. */
  in(room: Room | Room[]): SocketOperator<EmitEvents, SocketData> {
    return this.broadcast.to(room);
  }

  /** To the other sockets that are not in the room, nor in any of the rooms. */
  except(room: Room | Room[]): SocketOperator<EmitEvents, SocketData> {
    return this.broadcast.except(room);
  }

  /** To all sockets of the namespace but this one. */
  get broadcast(): SocketOperator<EmitEvents, SocketData> {
    return new BroadcastOperator(this.adapter, undefined, new Set([this.id]), this.#takeFlags());
  }

  /** To the other sockets of this server. */
  get local(): SocketOperator<EmitEvents, SocketData> {
    return this.broadcast.local;
  }

  /** Whether the next packet may be compressed. */
  compress(compress: boolean): this {
    return this._withFlags({ compress });
  }

  /** The next packet is dropped if the connection cannot send it at once. */
  get volatile(): this {
    return this._withFlags({ volatile: true });
  }

  /** No effect: every packet is JSON already. For code written for the original API. */
  get json(): this {
    return this;
  }

  protected packet(packet: Omit<Packet, "nsp">, options?: WriteOptions): void {
    (packet as Packet).nsp = this.nsp.name;
    this.client._packet(packet as Packet, options);
  }
}
