import {
  type BinaryType,
  decodePacket,
  type Packet,
  type PacketType,
  protocol,
  type RawData,
} from "engine.io-parser";
import { TypedEmitter } from "typed-emitter";
import { type ConnectionEvent, type ConnectionState, nextConnectionState } from "./connection-state.js";
import type { SocketOptions, TransportCtor, TransportsByName } from "./contract.js";
import type { SocketReservedEvents, WriteOptions } from "./events.js";
import { failure } from "./failure.js";
import { type HandshakeData, parseHandshake } from "./handshake.js";
import type { CookieJar } from "./node/cookie-jar.js";
import { type ResolvedOptions, resolveOptions } from "./options.js";
import { installTimerFunctions, nextTick, type Timers } from "./timers.js";
import type { CloseDetails, Transport } from "./transport.js";
import { countFitting } from "./write-buffer.js";

/**
 * A connection to an Engine.IO server that stays on the transport it opened with. It takes its transports as classes, so that
 * a bundle holds no others.
 *
 * @example
 * const socket = new SocketWithoutUpgrade("ws://localhost:3000", { transports: [WebSocket] });
 * socket.on("open", () => socket.send("hello"));
 */
export class SocketWithoutUpgrade extends TypedEmitter<
  Record<never, never>,
  Record<never, never>,
  SocketReservedEvents
> {
  static readonly protocol = protocol;
  /** Whether the last connection succeeded over WebSocket, for `rememberUpgrade`. */
  static priorWebsocketSuccess = false;

  /** The session id, once the connection is open. */
  declare id: string;
  declare transport: Transport;
  /** What binary messages are delivered as. @default "nodebuffer" in Node.js, "arraybuffer" in browsers */
  declare binaryType: BinaryType;
  /** What waits to be sent. */
  writeBuffer: Packet[] = [];
  readyState: ConnectionState = "opening";
  declare _cookieJar?: CookieJar;

  declare protected readonly opts: ResolvedOptions;
  /** The names of the transports left to use. */
  declare protected readonly transports: string[];
  protected upgrading = false;
  declare protected setTimeoutFn: Timers["setTimeoutFn"];
  declare protected clearTimeoutFn: Timers["clearTimeoutFn"];

  readonly #ctors: readonly TransportCtor[];
  /** How many packets of the write buffer the transport is sending. */
  #inFlight = 0;
  #heartbeat = 0;
  #maxPayload?: number;
  #timer?: ReturnType<typeof setTimeout>;
  // Kept beside the timer, which is late when the machine slept.
  #deadline?: number;

  /**
   * Connects at once.
   *
   * @param uri - where to, such as "ws://localhost:3000"; may be left out in a browser, and be the options
   * @param byName - what the names among `transports` stand for; an unknown name is left out
   */
  constructor(uri?: string | SocketOptions | null, opts?: SocketOptions, byName: TransportsByName = {}) {
    super();
    this.opts = resolveOptions(uri, opts);
    installTimerFunctions(this, this.opts);
    const wanted = this.opts.transportImplementations ?? this.opts.transports ?? Object.values(byName);
    this.#ctors = wanted.flatMap((it) =>
      typeof it === "string" ? (byName[it] ?? []) : (it as TransportCtor),
    );
    this.transports = this.#ctors.map((ctor) => ctor.prototype.name);
    // Only the parser knows which runtime the bundle is for.
    this.binaryType = decodePacket("b").data instanceof ArrayBuffer ? "arraybuffer" : "nodebuffer";
    this.#listenToPage("addEventListener");
    this.#open();
  }

  protected createTransport(name: string): Transport {
    const { opts, id } = this;
    const ctor = this.#ctors.find(({ prototype }) => prototype.name === name) as TransportCtor;
    const query: Record<string, string> = {
      ...opts.query,
      EIO: protocol as unknown as string,
      transport: name,
    };
    if (id) query.sid = id;
    return new ctor({ ...opts, query, socket: this, ...opts.transportOptions[name] }) as Transport;
  }

  #open(): void {
    const { transports, opts } = this;
    const name =
      opts.rememberUpgrade &&
      (this.constructor as typeof SocketWithoutUpgrade).priorWebsocketSuccess &&
      transports.includes("websocket")
        ? "websocket"
        : transports[0];
    if (name) {
      const transport = this.createTransport(name);
      this.setTransport(transport);
      transport.open();
    } else {
      nextTick(() => this.#onError(failure("No transports available", { code: "ERR_NO_TRANSPORTS" })));
    }
  }

  /** Keeps, for the next connection, whether this one works over WebSocket. */
  protected remember(success = this.transport.name === "websocket"): void {
    (this.constructor as typeof SocketWithoutUpgrade).priorWebsocketSuccess = success;
  }

  #next(event: ConnectionEvent): void {
    this.readyState = nextConnectionState(this.readyState, event);
  }

  protected setTransport(transport: Transport): void {
    this.transport?.removeAllListeners();
    this.transport = transport
      .on("drain", () => this.#onDrain())
      .on("packet", (packet) => this.#onPacket(packet))
      .on("error", (err) => this.#onError(err))
      .on("close", (details) => this.#onClose("transport close", details));
  }

  #onPacket(packet: Packet): void {
    const { type, data } = packet;
    this.emitReserved("packet", packet);
    this.emitReserved("heartbeat");
    if (type === "error") {
      this.#onError(failure("server error", { code: data }));
    } else if (!this.id) {
      const handshake = type === "open" && parseHandshake(data);
      if (handshake) this.onHandshake(handshake);
      else this.#onError(failure("invalid handshake", { code: "ERR_INVALID_HANDSHAKE" }));
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
    this.id = this.transport.query.sid = data.sid;
    this.#heartbeat = data.pingInterval + data.pingTimeout;
    this.#maxPayload = data.maxPayload;
    this.onOpen();
    if (this.readyState !== "closed") this.#resetHeartbeat();
  }

  protected onOpen(): void {
    this.#next("handshake");
    this.remember();
    this.emitReserved("open");
    this.flush();
  }

  #resetHeartbeat(): void {
    this.clearTimeoutFn(this.#timer);
    this.#deadline = Date.now() + this.#heartbeat;
    this.#timer = this.setTimeoutFn(() => this.#onClose("ping timeout"), this.#heartbeat);
  }

  /**
   * Whether the server has been silent for too long and the timer, late because the machine slept, has not said so yet.
   * The connection is then about to be closed, so that a message is better kept for the next one.
   */
  _hasPingExpired(): boolean {
    // Before the handshake there is no deadline, and no comparison with it is true.
    const expired = Date.now() > (this.#deadline as number);
    if (expired) nextTick(() => this.#onClose("ping timeout"));
    return expired;
  }

  #onDrain(): void {
    this.writeBuffer.splice(0, this.#inFlight);
    this.#inFlight = 0;
    if (this.writeBuffer.length) this.flush();
    else this.emitReserved("drain");
  }

  protected flush(): void {
    const { transport, writeBuffer } = this;
    if (this.readyState === "closed" || !transport.writable || this.upgrading || !writeBuffer.length) return;
    this.#inFlight =
      this.#maxPayload && transport.name === "polling"
        ? countFitting(writeBuffer, this.#maxPayload)
        : writeBuffer.length;
    transport.send(writeBuffer.slice(0, this.#inFlight));
    this.emitReserved("flush");
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
      else this.#onClose("forced close");
    };
    if (this.writeBuffer.length) this.once("drain", finish);
    else finish();
    return this;
  }

  #onError(err: Error): void {
    this.remember(false);
    if (this.opts.tryAllTransports && this.transports.length > 1 && this.readyState === "opening") {
      this.transports.shift();
      this.#drop();
      this.#open();
    } else if (this.readyState !== "closed") {
      this.emitReserved("error", err);
      this.#onClose("transport error", err);
    }
  }

  #onClose(reason: string, details?: CloseDetails | Error): void {
    if (this.readyState === "closed") return;
    this.clearTimeoutFn(this.#timer);
    this.#listenToPage("removeEventListener");
    this.#drop();
    this.#next("end");
    this.id = null as unknown as string;
    this.emitReserved("close", reason, details);
    // After the event, so that its listeners can still take what was not sent.
    this.writeBuffer = [];
    this.#inFlight = 0;
  }

  readonly #onOffline = (): void =>
    this.#onClose("transport close", { description: "network connection lost" });

  readonly #drop = (): void => {
    this.transport?.removeAllListeners().close();
  };

  #listenToPage(method: "addEventListener" | "removeEventListener"): void {
    const listen = globalThis[method];
    if (!listen) return;
    if (this.opts.hostname !== "localhost") listen("offline", this.#onOffline);
    if (this.opts.closeOnBeforeunload) listen("beforeunload", this.#drop);
  }
}
