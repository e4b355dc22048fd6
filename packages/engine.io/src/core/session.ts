import type { PacketType } from "engine.io-parser";
import { ClientHeartbeat, type ClientHeartbeatOwner } from "./client-heartbeat.js";
import { type ConnectionEvent, type ConnectionState, nextConnectionState } from "./connection-state.js";
import type { Packet, RawData, SendOptions, TransportSink } from "./contract.js";
import type { TransportError } from "./errors.js";
import { afterDrop, bufferFull, TOO_SLOW, TOO_SLOW_CODE } from "./flow-control.js";
import type { Flushable } from "./flush-scheduler.js";
import { Heartbeat, type HeartbeatOwner, type Pulse } from "./heartbeat.js";
import { Outbox, type SendCallback } from "./outbox.js";
import { type PreparedMessage, toPackets } from "./prepared-message.js";
import { checkMessage } from "./raw-data.js";
import type { CloseReason, SessionHost, SocketEmitter } from "./session-host.js";
import type { Transport } from "./transport.js";
import { Upgrade, type UpgradeOwner } from "./upgrade.js";

const COMPRESS: SendOptions = Object.freeze({ compress: true });
const DO_NOT_COMPRESS: SendOptions = Object.freeze({ compress: false });
const KEEP: SendOptions = Object.freeze({ compress: true, droppable: false });
const KEEP_UNCOMPRESSED: SendOptions = Object.freeze({ compress: false, droppable: false });

/** What happens behind a `Socket`: the states of the connection, and all that its transports report. */
export class Session<S extends SocketEmitter = SocketEmitter>
  implements TransportSink, HeartbeatOwner, ClientHeartbeatOwner, UpgradeOwner, Flushable
{
  readonly socket: S;
  readonly id: string;
  transport: Transport;
  state: ConnectionState = "opening";
  hasUpgraded = false;
  readonly #host: SessionHost<S>;
  readonly #outbox = new Outbox();
  #upgrade: Upgrade | undefined;
  #heartbeat: Pulse | undefined;
  /** Whether a flush is scheduled. */
  #armed = false;
  /** Bytes of the last batch that its transport has not written out. */
  #inFlight = 0;
  /** Set when too much waits for the client: the connection ends with the next flush, not inside of a write. */
  #tooSlow: TransportError | undefined;

  constructor(socket: S, host: SessionHost<S>, id: string, transport: Transport) {
    this.socket = socket;
    this.id = id;
    this.#host = host;
    this.transport = transport;
    transport.start(this);
  }

  get bufferedAmount(): number {
    return this.#outbox.bytes + this.transport.bufferedAmount;
  }

  get isUpgrading(): boolean {
    return this.#upgrade?.state === "switching";
  }

  /** Sends the handshake. */
  open(): void {
    const { pingInterval, pingTimeout, maxHttpBufferSize: maxPayload, initialPacket } = this.#host.opts;
    const upgrades = this.#host.upgrades(this.transport);
    const handshake = { sid: this.id, upgrades, pingInterval, pingTimeout, maxPayload };
    this.#step("opened");
    this.#enqueue({ type: "open", data: JSON.stringify(handshake) });
    if (initialPacket !== undefined) this.send(initialPacket, undefined, undefined);
    const { heartbeat } = this.#host;
    this.#heartbeat =
      this.transport.protocol === 3
        ? new ClientHeartbeat(heartbeat.betweenPings, this)
        : new Heartbeat(heartbeat, this);
    this.socket.emit("open");
    // At once, so that what the application sends on "connection" does not join the handshake.
    this.flush();
  }

  send(data: RawData, options: SendOptions | null | undefined, callback: SendCallback | undefined): void {
    if (!this.#accepts) return;
    const isKept = this.#drops && options?.droppable === false;
    const packet: Packet = { type: "message", options: hints(options, isKept), data: checkMessage(data) };
    if (this.#hasRoom(!isKept)) this.#enqueue(packet, callback);
  }

  sendPrepared(message: PreparedMessage, options: SendOptions | undefined): void {
    if (!this.#accepts) return;
    const mustKeep = this.#drops && options?.droppable === false;
    const inParts = mustKeep || options?.compress === false || this.socket.hasListeners("packetCreate");
    // A part must not be dropped without the others.
    const isKept = mustKeep || (inParts && this.#drops && message.parts.length > 1);
    if (!this.#hasRoom(!isKept)) return;
    if (inParts) {
      for (const packet of message.toPackets(hints(options, isKept))) this.#enqueue(packet);
    } else {
      this.#outbox.add(message);
      this.#arm();
    }
  }

  close(discard: boolean): void {
    if (this.state === "closed" || (this.state === "closing" && !discard)) return;
    this.flush();
    this.#step("close");
    // A listener of `flush` or `drain` may have closed it meanwhile.
    if (this.state !== "closing") return;
    if (discard) this.#end("forced close");
    else if (this.#outbox.isEmpty) this.transport.close();
  }

  /** Another transport was connected for this session. */
  tryUpgrade(candidate: Transport): void {
    if (this.#upgrade || this.hasUpgraded || this.state !== "open") {
      candidate.terminate();
      return;
    }
    this.#upgrade = new Upgrade(this, candidate);
    this.#host.upgradeDeadlines.add(this.#upgrade);
  }

  /** Hands what is queued to the transport. */
  flush(): void {
    const { transport, socket } = this;
    this.#armed = transport.reserved = false;
    if (this.#tooSlow) {
      this.#end("transport error", this.#tooSlow, TOO_SLOW_CODE, TOO_SLOW);
      return;
    }
    if (this.state === "closed" || !transport.idle || this.#outbox.isEmpty) return;
    const batch = this.#outbox.take();
    if (socket.hasListeners("flush") || this.#host.wantsFlush()) {
      const packets = toPackets(batch);
      socket.emit("flush", packets);
      this.#host.onFlush(socket, packets);
    }
    this.#inFlight = -1;
    transport.send(batch);
    // Some transports report at once that all was sent.
    if (this.#inFlight < 0) this.#inFlight = transport.bufferedAmount;
    if (this.#inFlight === 0) this.#drained();
    if ((this.state as ConnectionState) === "closing" && this.#outbox.isEmpty) transport.close();
  }

  // What the transport reports.

  packet(type: PacketType, data: RawData | undefined): void {
    if (this.state !== "open") return;
    const { socket } = this;
    if (socket.hasListeners("packet")) socket.emit("packet", data === undefined ? { type } : { type, data });
    switch (type) {
      case "message":
        this.#heartbeat?.traffic();
        socket.emit("data", data as string | Uint8Array);
        socket.emit("message", data as string | Uint8Array);
        break;
      case "ping":
      case "pong":
        // Since protocol 4 it is the server that asks.
        if (this.#heartbeat?.beat(type)) socket.emit("heartbeat");
        else this.#end("transport error", new Error("invalid heartbeat direction"));
        break;
      case "error":
        this.#end("parse error");
        break;
      default:
        this.#heartbeat?.traffic();
    }
  }

  sent(): void {
    this.#outbox.sent(this.transport);
    const wasWaiting = this.#inFlight > 0;
    this.#inFlight = 0;
    if (wasWaiting) this.#drained();
  }

  ready(): void {
    this.#upgrade?.pollArrived();
    if (!this.#armed) this.flush();
  }

  error(error: TransportError): void {
    this.#end("transport error", error);
  }

  closed(details?: unknown): void {
    this.#end(this.state === "closing" ? "forced close" : "transport close", details);
  }

  // What the heartbeat asks for.

  ping(): void {
    if (this.state === "open" && this.#hasRoom(false)) this.#enqueue({ type: "ping" });
  }

  pong(answered: () => void): void {
    if (this.#hasRoom(false)) this.#enqueue({ type: "pong" }, answered);
  }

  pingTimedOut(): void {
    this.#end("ping timeout");
  }

  // What an upgrade leads to.

  upgrading(candidate: Transport): void {
    this.socket.emit("upgrading", candidate);
  }

  upgraded(candidate: Transport): void {
    const previous = this.transport;
    previous.detach();
    previous.discard();
    previous.reserved = false;
    candidate.start(this);
    candidate.reserved = this.#armed;
    this.transport = candidate;
    this.hasUpgraded = true;
    this.#upgrade = undefined;
    this.socket.emit("upgrade", candidate);
    if (!this.#armed) this.flush();
    if (this.state === "closing" && this.#outbox.isEmpty) candidate.close();
  }

  upgradeFailed(): void {
    this.#upgrade = undefined;
  }

  releasePoll(): void {
    if (!this.transport.reserved) this.transport.release();
  }

  get #accepts(): boolean {
    return (this.state === "open" || this.state === "opening") && !this.#tooSlow;
  }

  /** Whether the policy drops messages; the one that does not treats all of them alike. */
  get #drops(): boolean {
    return this.#host.opts.bufferPolicy !== "disconnect";
  }

  /** Whether one more may be queued. What may not be dropped has as much room again. */
  #hasRoom(droppable: boolean): boolean {
    const { weight, keptWeight } = this.#outbox;
    const buffered = droppable ? weight + this.#inFlight + this.transport.backlog : keptWeight;
    return buffered < this.#host.opts.maxBufferedBytes || this.#makeRoom(droppable);
  }

  #makeRoom(droppable: boolean): boolean {
    const { bufferPolicy, maxBufferedBytes } = this.#host.opts;
    if (!droppable || bufferPolicy === "disconnect") {
      this.#tooSlow ??= bufferFull(this.bufferedAmount, maxBufferedBytes);
      this.#outbox.clear();
      this.#schedule();
      return false;
    }
    const target = afterDrop(maxBufferedBytes) - this.#inFlight - this.transport.backlog;
    const dropsOldest = bufferPolicy === "drop-oldest";
    const count = dropsOldest ? this.#outbox.dropOldest(target) : 1;
    if (count > 0) this.socket.emit("drop", count);
    // A listener may have closed it.
    return dropsOldest && this.#accepts;
  }

  #drained(): void {
    this.socket.emit("drain");
    this.#host.onDrain(this.socket);
  }

  #enqueue(packet: Packet, callback?: SendCallback): void {
    if (this.socket.hasListeners("packetCreate")) this.socket.emit("packetCreate", packet);
    this.#outbox.add(packet, callback);
    this.#arm();
  }

  #arm(): void {
    if (!this.#armed && this.transport.idle) this.#schedule();
  }

  #schedule(): void {
    if (this.#armed) return;
    this.#armed = this.transport.reserved = true;
    this.#host.scheduler.add(this);
  }

  #step(event: ConnectionEvent): boolean {
    const before = this.state;
    this.state = nextConnectionState(before, event);
    return this.state !== before;
  }

  #end(reason: CloseReason, details?: unknown, code?: number, told?: string): void {
    if (!this.#step("ended")) return;
    this.#heartbeat?.stop();
    this.#upgrade?.abandon();
    this.#outbox.clear();
    this.transport.detach();
    this.transport.terminate(code, told);
    this.#host.onClose(this.socket, details);
    this.socket.emit("close", reason, details);
  }
}

function hints(options: SendOptions | null | undefined, isKept: boolean): SendOptions {
  if (options?.compress === false) return isKept ? KEEP_UNCOMPRESSED : DO_NOT_COMPRESS;
  return isKept ? KEEP : COMPRESS;
}
