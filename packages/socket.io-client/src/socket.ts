import type {
  AllButLast,
  DecorateAcknowledgements,
  DefaultEventsMap,
  EventNames,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
} from "typed-emitter";
import { CatchAll } from "./catch-all.js";
import type {
  DisconnectDescription,
  ExtendedError,
  ManagerContract,
  Packet,
  SocketOptions,
} from "./contract.js";
import { coded, guard } from "./errors.js";
import { ACK, BINARY_ACK, BINARY_EVENT, CONNECT, DISCONNECT, EVENT } from "./packet-types.js";
import { createRetryQueue, type Reply, type RetryQueue } from "./retry-queue.js";

const RESERVED = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

const NOT_A_V5_SERVER = "no session id from the server: is it older than Socket.IO 3?";

/** Events of a {@link Socket} that are not the server's. */
export interface SocketReservedEvents {
  /** Connected, for the first time or again. */
  connect: () => void;
  /** Could not connect; `active` tells whether another attempt follows. */
  connect_error: (err: ExtendedError) => void;
  disconnect: (reason: Socket.DisconnectReason, description?: DisconnectDescription) => void;
}

interface Flags {
  compress?: boolean;
  volatile?: boolean;
  timeout?: number;
  signal?: AbortSignal;
  /** The acknowledgement id, when the packet was sent before. */
  id?: number;
  /** The acknowledgement callback takes an error first. */
  withError?: boolean;
}

const NO_FLAGS: Flags = {};

/** Ends the wait for an acknowledgement: with its values, or with an error. */
type Settle = (error: Error | null, values?: unknown[]) => void;

/**
 * One namespace of a server.
 *
 * @example
 * const socket = io("https://example.com/chat");
 * socket.on("connect", () => socket.emit("hello", "world"));
 * socket.on("disconnect", (reason) => {});
 */
export class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends CatchAll<ListenEvents, EmitEvents, SocketReservedEvents> {
  /** The connection that this namespace shares with others. */
  declare readonly io: ManagerContract<Socket>;
  /** The namespace. */
  declare readonly nsp: string;
  /** The session's id on the server, `undefined` while not connected. It changes with each connection. */
  declare id: string | undefined;
  connected = false;
  /** Whether the server restored id, rooms and missed events after the last connection was lost. */
  recovered = false;
  /** What is sent when connecting, see {@link SocketOptions.auth}; may be changed for the next connection. */
  declare auth: SocketOptions["auth"];
  /** Events that arrived before the server's answer to the connection request, delivered with it. */
  receiveBuffer: unknown[][] = [];
  /** Packets to be sent when connected. */
  sendBuffer: Packet[] = [];

  readonly #options: Partial<SocketOptions>;
  readonly #acks = new Map<number, Settle>();
  #queue: RetryQueue<Flags> | undefined;
  #flags = NO_FLAGS;
  #nextId = 0;
  #active = false;
  /** The present connection, from the request to join on. */
  #session: object | undefined;
  /** Tells the server which events are retries of one another, across connections. */
  readonly #retryId = `${Math.random()}${Math.random()}`;
  /** Proves to the server, upon reconnection, whose session it is. */
  #privateId: string | undefined;
  /** The last event of a recoverable session. */
  #offset: string | undefined;

  constructor(io: ManagerContract<Socket>, nsp: string, opts: Partial<SocketOptions> = {}) {
    super();
    this.io = io;
    this.nsp = nsp;
    this.#options = opts;
    this.auth = opts.auth;
    if (opts.auth && !/^[of]/.test(typeof opts.auth)) {
      throw coded(`invalid value for "auth": neither an object nor a function`, "INVALID_OPTION");
    }
  }

  get disconnected(): boolean {
    return !this.connected;
  }

  /** Whether the socket is connected, or will be as soon as its manager is. */
  get active(): boolean {
    return this.#active;
  }

  /** Connects, unless connected or about to. */
  connect(): this {
    if (!this.connected) {
      this.#active = true;
      if (!this.io._reconnecting) this.io.open();
      if (this.io._readyState === "open") this.onopen();
    }
    return this;
  }

  /** Same as `connect`. */
  open(): this {
    return this.connect();
  }

  /** Leaves the namespace; the manager closes the connection when no other namespace uses it. */
  disconnect(): this {
    const { connected } = this;
    if (connected) this.#write(DISCONNECT);
    this.#leave();
    if (connected) this.onclose("io client disconnect");
    return this;
  }

  /** Same as `disconnect`. */
  close(): this {
    return this.disconnect();
  }

  /** Emits a `message` event. */
  send(...args: unknown[]): this {
    return this.emit("message", ...(args as EventParams<EmitEvents, "message">));
  }

  /**
   * Emits an event to the server; while not connected it waits in `sendBuffer`. Arguments are anything that JSON or binary
   * can hold; a function as the last one is called with the server's acknowledgement.
   *
   * @example
   * socket.emit("ask", { id: 1 }, (answer) => {});
   * @throws `ERR_RESERVED_EVENT` for the names of reserved events
   */
  override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): this;
  override emit(...args: unknown[]): this {
    const flags = this.#flags;
    this.#flags = NO_FLAGS;
    if (RESERVED.includes(args[0] as string)) {
      throw coded(`"${String(args[0])}" is a reserved event name`, "RESERVED_EVENT");
    }
    if (this.#options.retries && !flags.volatile) {
      this.#queue ??= createRetryQueue(this.#options, this, (queued, flags, reply) =>
        this.#send([...queued, reply], flags),
      );
      this.#queue.add(args, { ...flags, withError: true, id: this.#nextId++ });
    } else this.#send(args, flags);
    return this;
  }

  /**
   * Emits an event and waits for the acknowledgement. Rejects when the connection is lost, `ERR_SOCKET_DISCONNECTED`, or
   * after the time given by `timeout()` or `ackTimeout`, `ERR_ACK_TIMEOUT`.
   *
   * @example
   * const answer = await socket.timeout(1000).emitWithAck("ask", { id: 1 });
   */
  emitWithAck<Ev extends EventNames<EmitEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
    return new Promise((resolve, reject) => {
      const reply: Reply = (error, value) =>
        error ? reject(error) : resolve(value as FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>);
      this.#flag({ withError: true }).emit(
        ev,
        ...([...args, reply] as unknown as EventParams<EmitEvents, Ev>),
      );
    });
  }

  /** Whether the next event is compressed, where the transport can. */
  compress(compress: boolean): this {
    return this.#flag({ compress });
  }

  /** The next event is dropped if it cannot be sent right away. */
  get volatile(): this {
    return this.#flag({ volatile: true });
  }

  /**
   * The next event's acknowledgement callback gets an error first, after this many milliseconds without an answer.
   *
   * @example
   * socket.timeout(5000).emit("ask", (err, answer) => {});
   */
  timeout(timeout: number): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>> {
    return this.#flag({ timeout }) as unknown as Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>>;
  }

  /**
   * Stops waiting for the next event's acknowledgement when the signal is aborted: with the signal's reason, as `fetch` does. The
   * callback gets an error first, as after `timeout()`. What has not been sent by then is not sent.
   *
   * @example
   * const answer = await socket.signal(AbortSignal.timeout(1000)).emitWithAck("ask", { id: 1 });
   */
  signal(signal: AbortSignal): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>> {
    return this.#flag({ signal }) as unknown as Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>>;
  }

  /** A modifier of the next event. */
  #flag(flag: Flags): this {
    this.#flags = { ...this.#flags, ...flag };
    return this;
  }

  #send(data: unknown[], flags: Flags): void {
    const { volatile, compress } = flags;
    const packet = { type: EVENT, data } as Packet;
    if (compress != null) packet.options = { compress };
    if (typeof data[data.length - 1] === "function") {
      packet.id = flags.id ?? this.#nextId++;
      this.#expectAck(packet.id, data.pop() as () => void, flags);
      if (flags.signal?.aborted) return;
    }
    const { connected } = this;
    const { engine } = this.io;
    if (volatile && !(connected && engine.transport?.writable)) return;
    if (connected && !engine._hasPingExpired()) this.#sendNow(packet);
    else this.sendBuffer.push(packet);
  }

  #expectAck(
    id: number,
    reply: (...values: unknown[]) => void,
    { timeout = this.#options.ackTimeout, withError, signal }: Flags,
  ): void {
    const timed = timeout != null;
    const settle: Settle = (error, values = []) => {
      this.#acks.delete(id);
      if (cancel) cancel();
      signal?.removeEventListener("abort", abort);
      if (timed || withError || signal) reply.call(this, error, ...values);
      else if (!error) reply.apply(this, values);
    };
    const giveUp = (error: Error) => {
      this.sendBuffer = this.sendBuffer.filter((packet) => packet.id !== id);
      settle(error);
    };
    const abort = () => giveUp(signal?.reason);
    const cancel =
      timed && this.io._later(() => giveUp(coded("operation has timed out", "ACK_TIMEOUT")), timeout);
    this.#acks.set(id, settle);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort);
  }

  #sendNow(packet: Packet): void {
    this.notifyAny(packet.data, true);
    packet.nsp = this.nsp;
    this.io._packet(packet);
  }

  #write(type: number, data?: unknown, id?: number): void {
    this.io._packet({ type, nsp: this.nsp, data, id });
  }

  /** Runs `fn` once at most, and only as long as the present connection lasts. */
  #once<Args extends unknown[]>(fn: (...args: Args) => void): (...args: Args) => void {
    let session = this.#session;
    return (...args) => {
      if (session && session === this.#session) fn(...args);
      session = undefined;
    };
  }

  #leave(): void {
    this.#active = false;
    this.#session = undefined;
    this.io._destroy();
  }

  /** Joins the namespace, once the connection is open. @internal */
  onopen(): void {
    if (this.#session) return;
    this.#session = {};
    const pid = this.#privateId;
    const { retries } = this.#options;
    const join = this.#once((data?: object) =>
      this.#write(
        CONNECT,
        pid || retries
          ? {
              ...(pid && { pid, offset: this.#offset }),
              ...(retries && { retryId: this.#retryId }),
              ...data,
            }
          : data,
      ),
    );
    if (typeof this.auth === "function") this.auth(join);
    else join(this.auth);
  }

  /** @internal */
  onerror(error: Error): void {
    if (!this.connected) this.emitReserved("connect_error", error);
  }

  /** @internal */
  onclose(reason: string, description?: DisconnectDescription): void {
    this.connected = false;
    this.id = this.#session = undefined;
    this.emitReserved("disconnect", reason as Socket.DisconnectReason, description);
    const buffered = new Set(this.sendBuffer.map((packet) => packet.id));
    const error = coded("socket has been disconnected", "SOCKET_DISCONNECTED");
    for (const [id, settle] of this.#acks) if (!buffered.has(id)) guard(settle, this, [error]);
  }

  /** @internal */
  onpacket(packet: Packet): void {
    const { type, data, id } = packet;
    if (type === EVENT || type === BINARY_EVENT) this.onevent(packet);
    else if (type === ACK || type === BINARY_ACK) this.#acks.get(id as number)?.(null, data);
    else if (type === DISCONNECT) {
      this.#leave();
      this.onclose("io server disconnect");
    } else if (this.connected) return;
    else if (type === CONNECT) this.#onConnect(data);
    else {
      this.#leave();
      const error = coded(data?.message ?? data, "CONNECT_REFUSED");
      this.emitReserved("connect_error", Object.assign(error, { data: data?.data }));
    }
  }

  #onConnect(data?: { sid?: unknown; pid?: string }): void {
    const { sid, pid } = data ?? {};
    if (!sid || typeof sid !== "string") {
      this.#session = undefined;
      this.emitReserved("connect_error", coded(NOT_A_V5_SERVER, "PROTOCOL_MISMATCH"));
      return;
    }
    this.id = sid;
    this.connected = true;
    this.recovered = !!pid && pid === this.#privateId;
    this.#privateId = pid;
    // Whatever a listener does in between: what is left waits for the next connection.
    while (this.connected && this.receiveBuffer.length)
      this.#dispatch(this.receiveBuffer.shift() as unknown[]);
    while (this.connected && this.sendBuffer.length)
      guard(this.#sendNow, this, [this.sendBuffer.shift() as Packet]);
    this.#queue?.drain();
    if (this.connected) this.emitReserved("connect");
  }

  /** @internal */
  onevent({ data, id }: Packet): void {
    if (id != null) data.push(this.#once((...values: unknown[]) => this.#write(ACK, values, id)));
    if (this.connected) this.#dispatch(data);
    else this.receiveBuffer.push(data);
  }

  #dispatch(args: unknown[]): void {
    this.notifyAny(args);
    this.emitReserved(...(args as ["connect"]));
    const last = args[args.length - 1];
    if (this.#privateId && typeof last === "string") this.#offset = last;
  }
}

export declare namespace Socket {
  type DisconnectReason =
    | "io server disconnect"
    | "io client disconnect"
    | "ping timeout"
    | "transport close"
    | "transport error"
    | "parse error";
}
