import { type BinaryType, type Packet, type PacketType, protocol, type RawData } from "engine.io-parser";
import { Emitter } from "typed-emitter";
import { type ConnectionEvent, type ConnectionState, nextConnectionState } from "./connection-state.js";
import type { SocketOptions } from "./contract.js";
import type { SocketReservedEvents, WriteOptions } from "./events.js";
import { failure } from "./failure.js";
import { type HandshakeData, parseHandshake } from "./handshake.js";
import type { CookieJar } from "./node/cookie-jar.js";
import { type ResolvedOptions, resolveOptions } from "./options.js";
import { installTimerFunctions, nextTick, type Timers } from "./timers.js";
import type { CloseDetails } from "./transport.js";

// How long a server whose ping is due after a sleep may take to show that it is there. Milliseconds.
const WAKE_TIMEOUT = 3000;

/** One session with an Engine.IO server, from the handshake to the close. A subclass knows how packets travel. */
export abstract class Connection extends Emitter<
  Record<never, never>,
  Record<never, never>,
  SocketReservedEvents
> {
  static readonly protocol = protocol;

  /** The session id, once the connection is open. */
  declare id: string;
  abstract readonly transport: { readonly name: string; readonly writable: boolean };
  /** What binary messages are delivered as. @default "nodebuffer" in Node.js, "arraybuffer" in browsers */
  declare binaryType: BinaryType;
  /** The largest message that the server takes, in bytes, if it says so in the handshake. */
  declare maxPayload: number | undefined;
  /** What waits to be sent. */
  writeBuffer: Packet[] = [];
  readyState: ConnectionState = "opening";
  declare _cookieJar?: CookieJar;

  declare protected readonly opts: ResolvedOptions;
  protected upgrading = false;
  declare protected setTimeoutFn: Timers["setTimeoutFn"];
  declare protected clearTimeoutFn: Timers["clearTimeoutFn"];

  #pingInterval = 0;
  #pingTimeout = 0;
  #timer?: ReturnType<typeof setTimeout>;
  // Kept beside the timer, which is late when the machine slept. No comparison with it is true before the handshake.
  #deadline = Number.NaN;

  /** @throws `ERR_INVALID_URL`, `ERR_INVALID_OPTION` */
  constructor(uri?: string | SocketOptions | null, opts?: SocketOptions) {
    super();
    this.opts = resolveOptions(uri, opts);
    installTimerFunctions(this, this.opts);
    this.#listenToPage("addEventListener");
  }

  /** Sends what it can of `writeBuffer`. */
  protected abstract flush(): void;
  /** Lets go of what carries the packets, without a word. */
  protected abstract drop(): void;

  #next(event: ConnectionEvent): void {
    this.readyState = nextConnectionState(this.readyState, event);
  }

  protected onPacket(packet: Packet): void {
    const { type, data } = packet;
    this.emitReserved("packet", packet);
    this.emitReserved("heartbeat");
    if (type === "error") {
      this.onError(failure("server error", { code: data }));
    } else if (!this.id) {
      const handshake = type === "open" && parseHandshake(data);
      if (handshake) this.onHandshake(handshake);
      else this.onError(failure("invalid handshake", { code: "ERR_INVALID_HANDSHAKE" }));
    } else if (type === "ping") {
      this.#send("pong");
      this.emitReserved("ping");
      this.emitReserved("pong");
      this.#resetHeartbeat();
    } else if (type === "message") {
      this.emitReserved("data", data as RawData);
      this.emitReserved("message", data as RawData);
    }
  }

  protected onHandshake(data: HandshakeData): void {
    this.emitReserved("handshake", data);
    this.id = data.sid;
    this.#pingInterval = data.pingInterval;
    this.#pingTimeout = data.pingTimeout;
    this.maxPayload = data.maxPayload;
    this.onOpen();
    if (this.readyState !== "closed") this.#resetHeartbeat();
  }

  protected onOpen(): void {
    this.#next("handshake");
    this.emitReserved("open");
    this.flush();
  }

  #resetHeartbeat(delay = this.#pingInterval + this.#pingTimeout): void {
    this.clearTimeoutFn(this.#timer);
    this.#deadline = Date.now() + delay;
    this.#timer = this.setTimeoutFn(() => this.onClose("ping timeout"), delay);
  }

  /**
   * Whether the server has been silent for too long and the timer, late because the machine slept, has not said so yet.
   * The connection is then about to be closed, so that a message is better kept for the next one.
   */
  _hasPingExpired(): boolean {
    const expired = Date.now() > this.#deadline;
    if (expired) nextTick(() => this.onClose("ping timeout"));
    return expired;
  }

  /**
   * To be called when the machine or the page may have slept. Sends a packet that means nothing, which a server that is gone
   * answers with a reset, and expects a ping that is due, or will be, within seconds.
   */
  _probe(): void {
    const untilDeadline = this.#deadline - Date.now();
    if (this.readyState !== "open" || this._hasPingExpired()) return;
    this.#send("noop");
    const untilPing = Math.max(0, untilDeadline - this.#pingTimeout);
    this.#resetHeartbeat(Math.min(untilDeadline, untilPing + WAKE_TIMEOUT));
  }

  /** To be called when packets have been sent, which are no longer in `writeBuffer`. */
  protected onDrain(): void {
    if (this.writeBuffer.length) this.flush();
    else this.emitReserved("drain");
  }

  /**
   * Sends a message, now or as soon as the transport can take it.
   *
   * @param callback - called when the message is handed to the transport
   */
  write(data: RawData, options?: WriteOptions | null, callback?: () => void): this {
    this.#send("message", data, options, callback);
    return this;
  }

  /** Same as `write`. */
  send(data: RawData, options?: WriteOptions | null, callback?: () => void): this {
    return this.write(data, options, callback);
  }

  #send(
    type: PacketType,
    data?: RawData,
    options?: (WriteOptions & Partial<() => void>) | null,
    callback?: () => void,
  ): void {
    if (this.#isLeaving) return;
    const packet = { type, data, options: { ...options, compress: options?.compress !== false } };
    this.emitReserved("packetCreate", packet);
    this.writeBuffer.push(packet);
    const onFlush = typeof options === "function" ? options : callback;
    if (onFlush) this.once("flush", onFlush);
    this.flush();
  }

  get #isLeaving(): boolean {
    return this.readyState === "closing" || this.readyState === "closed";
  }

  /** Closes the connection when what was written is sent and an upgrade under way is done. */
  close(): this {
    if (this.#isLeaving) return this;
    this.#next("close");
    const finish = () => {
      if (this.upgrading) this.once("upgrade", finish).once("upgradeError", finish);
      else this.onClose("forced close");
    };
    if (this.writeBuffer.length) this.once("drain", finish);
    else finish();
    return this;
  }

  protected onError(err: Error): void {
    if (this.readyState === "closed") return;
    this.emitReserved("error", err);
    this.onClose("transport error", err);
  }

  protected onClose(reason: string, details?: CloseDetails | Error): void {
    if (this.readyState === "closed") return;
    this.clearTimeoutFn(this.#timer);
    this.#listenToPage("removeEventListener");
    this.drop();
    this.#next("end");
    this.id = null as unknown as string;
    this.emitReserved("close", reason, details);
    // After the event, so that its listeners can still take what was not sent.
    this.writeBuffer = [];
  }

  readonly #onPage = ({ type, persisted }: PageTransitionEvent): void => {
    if (type === "beforeunload") this.drop();
    // A page that waits to be gone back to keeps no connection.
    else if (type === "offline" || persisted)
      this.onClose("transport close", { description: "network connection lost" });
  };

  #listenToPage(method: "addEventListener" | "removeEventListener"): void {
    const types = ["pagehide"];
    if (this.opts.hostname !== "localhost") types.push("offline");
    if (this.opts.closeOnBeforeunload) types.push("beforeunload");
    for (const type of types) globalThis[method]?.(type, this.#onPage as EventListener);
  }
}
