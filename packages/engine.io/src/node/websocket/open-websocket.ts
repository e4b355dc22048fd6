import type { IncomingMessage } from "node:http";
import type { Socket as TcpSocket } from "node:net";
import type { Duplex } from "node:stream";
import { openingLines } from "./opening.js";
import { SocketPeer } from "./socket-peer.js";

export interface WebSocketSetup {
  /** What came behind the request. */
  readonly head: Buffer;
  /** How many bytes a message may have. */
  readonly maxPayload: number;
  /** Adds lines to the answer. */
  addHeaders(lines: string[]): void;
  /** Takes the WebSocket. What it writes at once leaves together with the answer. */
  take(peer: SocketPeer): void;
}

/** Answers an opening handshake that has no problem. */
export function openWebSocket(request: IncomingMessage, socket: Duplex, setup: WebSocketSetup): void {
  const lines = openingLines(request);
  setup.addHeaders(lines);
  const tcp = socket as Duplex & Partial<Pick<TcpSocket, "setTimeout" | "setNoDelay">>;
  tcp.setTimeout?.(0);
  tcp.setNoDelay?.(true);
  const answer = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  const { head, maxPayload } = setup;
  const peer = new SocketPeer(socket, head, answer, request.socket?.remoteAddress ?? "", maxPayload);
  setup.take(peer);
  peer.begin();
}
