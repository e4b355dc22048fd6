import type { Packet, RawData } from "engine.io-parser";
import type { HandshakeData } from "./handshake.js";
import type { CloseDetails, Transport } from "./transport.js";

/** The events of a connection. */
export interface SocketReservedEvents {
  open: () => void;
  handshake: (data: HandshakeData) => void;
  packet: (packet: Packet) => void;
  packetCreate: (packet: Packet) => void;
  data: (data: RawData) => void;
  message: (data: RawData) => void;
  drain: () => void;
  flush: () => void;
  heartbeat: () => void;
  ping: () => void;
  pong: () => void;
  error: (err: string | Error) => void;
  upgrading: (transport: Transport) => void;
  upgrade: (transport: Transport) => void;
  upgradeError: (err: Error) => void;
  close: (reason: string, details?: CloseDetails | Error) => void;
}

/** How to send one message. */
export interface WriteOptions {
  /** Whether the message may be compressed. @default true */
  compress?: boolean;
}
