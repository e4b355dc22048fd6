import { decodePacket, protocol } from "engine.io-parser";
import { Connection } from "./connection.js";
import type { SocketOptions, TransportCtor, TransportsByName } from "./contract.js";
import { failure } from "./failure.js";
import type { HandshakeData } from "./handshake.js";
import { nextTick } from "./timers.js";
import type { CloseDetails, Transport } from "./transport.js";

/**
 * A connection to an Engine.IO server that stays on the transport it opened with. It takes its transports as classes, so that
 * a bundle holds no others.
 *
 * @example
 * const socket = new SocketWithoutUpgrade("ws://localhost:3000", { transports: [WebSocket] });
 * socket.on("open", () => socket.send("hello"));
 */
export class SocketWithoutUpgrade extends Connection {
  /** Whether the last connection succeeded over WebSocket, for `rememberUpgrade`. */
  static priorWebsocketSuccess = false;

  declare transport: Transport;
  /** The names of the transports left to use. */
  declare protected readonly transports: string[];

  readonly #ctors: readonly TransportCtor[];
  /** How many packets of the write buffer the transport is sending. */
  #inFlight = 0;

  /**
   * Connects at once.
   *
   * @param uri - where to, such as "ws://localhost:3000"; may be left out in a browser, and be the options
   * @param byName - what the names among `transports` stand for; an unknown name is left out
   * @throws `ERR_INVALID_URL`, `ERR_INVALID_OPTION`
   */
  constructor(uri?: string | SocketOptions | null, opts?: SocketOptions, byName: TransportsByName = {}) {
    super(uri, opts);
    const wanted = this.opts.transportImplementations ?? this.opts.transports ?? Object.values(byName);
    this.#ctors = wanted.flatMap((it) =>
      typeof it === "string" ? (byName[it] ?? []) : (it as TransportCtor),
    );
    this.transports = this.#ctors.map((ctor) => ctor.prototype.name);
    // Only the parser knows which runtime the bundle is for.
    this.binaryType = decodePacket("b").data instanceof ArrayBuffer ? "arraybuffer" : "nodebuffer";
    this.open();
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

  protected open(): void {
    const { transports, opts } = this;
    const { priorWebsocketSuccess } = this.constructor as typeof SocketWithoutUpgrade;
    const name =
      opts.rememberUpgrade && priorWebsocketSuccess && transports.includes("websocket")
        ? "websocket"
        : transports[0];
    if (name) {
      this.setTransport(this.createTransport(name));
      this.transport.open();
    } else {
      nextTick(() => this.onError(failure("No transports available", { code: "ERR_NO_TRANSPORTS" })));
    }
  }

  /** Keeps, for the next connection, whether this one works over WebSocket. */
  protected remember(success = this.transport.name === "websocket"): void {
    (this.constructor as typeof SocketWithoutUpgrade).priorWebsocketSuccess = success;
  }

  protected setTransport(transport: Transport): void {
    this.transport?.removeAllListeners();
    this.transport = transport
      .on("drain", () => {
        this.writeBuffer.splice(0, this.#inFlight);
        this.#inFlight = 0;
        this.onDrain();
      })
      .on("packet", (packet) => this.onPacket(packet))
      .on("error", (err) => this.onError(err))
      .on("close", (details) => this.onClose("transport close", details));
  }

  protected override onHandshake(data: HandshakeData): void {
    this.transport.query.sid = data.sid;
    super.onHandshake(data);
  }

  protected override onOpen(): void {
    this.remember();
    super.onOpen();
  }

  protected flush(): void {
    const { transport, writeBuffer } = this;
    if (this.readyState === "closed" || !transport.writable || this.upgrading || !writeBuffer.length) return;
    this.#inFlight = transport.countFitting?.(writeBuffer, this.maxPayload) ?? writeBuffer.length;
    transport.send(writeBuffer.slice(0, this.#inFlight));
    this.emitReserved("flush");
  }

  protected override onError(err: Error): void {
    this.remember(false);
    if (this.opts.tryAllTransports && this.transports[1] && this.readyState === "opening") {
      this.transports.shift();
      this.drop();
      this.open();
    } else super.onError(err);
  }

  protected override onClose(reason: string, details?: CloseDetails | Error): void {
    super.onClose(reason, details);
    this.#inFlight = 0;
  }

  protected drop(): void {
    this.transport?.removeAllListeners().close();
  }
}
