import { randomBytes } from "node:crypto";
import { Queue } from "../queue.js";
import { type FrameOptions, FrameReader, frame, type WireFrame } from "./frames.js";
import { openTcp, type TcpWire } from "./tcp.js";

/** A WebSocket spoken by hand: frames as they are on the wire, both ways. */
export interface RawWebSocket {
  readonly tcp: TcpWire;
  /** Status line and headers of the upgrade reply. */
  readonly head: string;
  readonly frames: Queue<WireFrame>;
  /** Sends one frame, valid or not. */
  send(data: string | Uint8Array, options?: FrameOptions): void;
}

/**
 * Upgrades over plain TCP.
 *
 * @param target path and query, sent exactly as written
 * @throws Error when the server does not answer 101; `reply` on the error has what it said
 * @example
 * const ws = await openRawWebSocket(url, "/socket.io/?EIO=4&transport=websocket");
 * ws.send("40", { rsv: 2 });
 */
export async function openRawWebSocket(
  url: string,
  target: string,
  headers: Record<string, string> = {},
): Promise<RawWebSocket> {
  const tcp = await openTcp(url);
  const lines = {
    host: new URL(url).host,
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
    ...headers,
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  tcp.write(`GET ${target} HTTP/1.1\r\n${head.join("")}\r\n`);
  const reply = (await tcp.takeUntil("\r\n\r\n")).toString("latin1");
  if (!reply.startsWith("HTTP/1.1 101")) {
    const body = tcp.received().toString("utf8");
    tcp.destroy();
    throw Object.assign(new Error(`not upgraded: ${reply.split("\r\n", 1)}`), { reply: reply + body });
  }

  const frames = new Queue<WireFrame>("a WebSocket frame");
  const reader = new FrameReader();
  const read = (bytes: Uint8Array) => {
    for (const next of reader.add(bytes)) frames.push(next);
  };
  read(tcp.received());
  tcp.socket.on("data", read);
  tcp.socket.on("close", () =>
    frames.end(new Error("the connection closed while waiting for a WebSocket frame")),
  );
  return {
    tcp,
    head: reply,
    frames,
    send: (data, options) => tcp.write(frame(data, options)),
  };
}
