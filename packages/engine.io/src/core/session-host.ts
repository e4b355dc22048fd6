import type { TypedEmitter } from "typed-emitter";
import type { EngineRequest, Packet, TransportName } from "./contract.js";
import type { DeadlineQueue } from "./deadline-queue.js";
import type { FlushScheduler } from "./flush-scheduler.js";
import type { HeartbeatQueues } from "./heartbeat.js";
import type { ResolvedOptions } from "./options.js";
import type { Transport } from "./transport.js";

/** Why a connection was closed. */
export type CloseReason =
  | "transport close"
  | "transport error"
  | "ping timeout"
  | "forced close"
  | "parse error";

export type SocketEvents = {
  open: () => void;
  /** Every packet received. */
  packet: (packet: Packet) => void;
  /** Every packet queued. */
  packetCreate: (packet: Packet) => void;
  /** A message received: text, or bytes (a `Buffer` on Node.js). */
  data: (data: string | Uint8Array) => void;
  /** Same as `data`. */
  message: (data: string | Uint8Array) => void;
  /** A ping was answered. */
  heartbeat: () => void;
  /** The client is about to move to another transport. */
  upgrading: (transport: Transport) => void;
  /** It has. */
  upgrade: (transport: Transport) => void;
  /** Packets are about to be handed to the transport. */
  flush: (packets: Packet[]) => void;
  /** They have left the process: at once, or as soon as the client has read enough. Look at `bufferedAmount` for what still waits. */
  drain: () => void;
  /** Messages were dropped, since the client reads too slowly and `bufferPolicy` says so. */
  drop: (count: number) => void;
  /** Emitted once. `details` is an error when the reason is "transport error". */
  close: (reason: CloseReason, details?: unknown) => void;
  error: (error: unknown) => void;
};

export type SocketEmitter = TypedEmitter<SocketEvents>;

/** The server, as the application knows it through `socket.server`. */
export interface SocketServer<Socket, Request extends EngineRequest> {
  readonly opts: ResolvedOptions<Request>;
  readonly clients: Record<string, Socket>;
  readonly clientsCount: number;
}

/** What the sessions of one server share, and what they tell it. */
export interface SessionHost<Socket> {
  readonly opts: Pick<
    ResolvedOptions<never>,
    | "pingInterval"
    | "pingTimeout"
    | "maxHttpBufferSize"
    | "initialPacket"
    | "maxBufferedBytes"
    | "bufferPolicy"
  >;
  readonly scheduler: FlushScheduler;
  readonly heartbeat: HeartbeatQueues;
  readonly upgradeDeadlines: DeadlineQueue;
  upgrades(transport: Transport): TransportName[];
  /** Whether the application listens to `flush` of the server. */
  wantsFlush(): boolean;
  onFlush(socket: Socket, packets: Packet[]): void;
  onDrain(socket: Socket): void;
  /** @param error - what ended it, if it was an error */
  onClose(socket: Socket, error: unknown): void;
}
