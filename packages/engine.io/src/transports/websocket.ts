import { decodePacket, encodePacketSync, type PacketType } from "engine.io-parser";
import type { Batch, Packet, Peer, PeerOwner, RawData } from "../core/contract.js";
import type { TransportError } from "../core/errors.js";
import { toPackets } from "../core/prepared-message.js";
import { Transport } from "../core/transport.js";

// The index of a type is the digit that starts its packet.
const TYPES: readonly PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const CODE_0 = 48;
const CODE_B = 98;

/** A WebSocket: one packet, one message. */
export class WebSocket extends Transport implements PeerOwner {
  readonly name = "websocket";
  readonly #peer: Peer;
  readonly #supportsBinary: boolean;

  /** @param supportsBinary - `false` makes binary data base64 text */
  constructor(protocol: number, sid: string, peer: Peer, supportsBinary: boolean) {
    super(protocol, sid);
    this.#peer = peer;
    this.#supportsBinary = supportsBinary;
    this.idle = true;
    peer.start(this);
  }

  send(batch: Batch): void {
    this.idle = false;
    if (this.canShareFrames(batch) && this.#peer.sendBatch?.(batch)) return;
    const packets = toPackets(batch);
    const last = packets.length - 1;
    packets.forEach((packet, index) => {
      const encoded = this.encode(packet, this.#supportsBinary);
      this.#peer.send(encoded, packet.options?.compress !== false, index === last);
    });
  }

  override get bufferedAmount(): number {
    return this.#peer.bufferedAmount;
  }

  close(): void {
    this.#peer.close();
    this.sink.closed();
  }

  terminate(code?: number, reason?: string): void {
    this.detach();
    this.#peer.close(code, reason);
  }

  discard(): void {
    this.terminate();
  }

  text(code: number, rest: string): void {
    const type = TYPES[code - CODE_0];
    if (type === "message") this.sink.packet("message", rest);
    else if (type === "close") this.sink.closed();
    else if (type !== undefined) this.sink.packet(type, rest === "" ? undefined : rest);
    else this.receive(code === CODE_B ? (decodePacket(`b${rest}`) as Packet) : BROKEN);
  }

  binary(data: Uint8Array): void {
    this.sink.packet("message", data);
  }

  /** Whether the frames of a batch are those of any other connection. */
  protected canShareFrames(_batch: Batch): boolean {
    return this.#supportsBinary;
  }

  protected encode(packet: Packet, supportsBinary: boolean): RawData {
    return encodePacketSync(packet, supportsBinary) as RawData;
  }

  protected receive({ type, data }: Packet): void {
    if (type === "close") this.sink.closed();
    else this.sink.packet(type, data);
  }

  drained(): void {
    if (!this.attached) return;
    this.sink.sent();
    this.idle = true;
    this.sink.ready();
  }

  failed(error: TransportError): void {
    this.sink.error(error);
  }

  closed(code: number, reason: string): void {
    this.sink.closed({ code, reason });
  }
}

const BROKEN: Packet = { type: "error", data: "parser error" };
