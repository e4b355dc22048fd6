import type { Packet } from "socket.io-parser";

/** An encoder, of `socket.io-parser` or another of its shape. */
export interface PacketEncoder {
  encode(packet: Packet): unknown[];
}

/** A decoder, of `socket.io-parser` or another of its shape. */
export interface PacketDecoder {
  add(chunk: unknown): unknown;
  on(event: "decoded", listener: (packet: Packet) => void): unknown;
  destroy(): void;
}

/** What `parser` must offer. */
export interface Parser {
  Encoder: new () => PacketEncoder;
  Decoder: new () => PacketDecoder;
}
