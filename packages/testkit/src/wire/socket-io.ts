import { Queue } from "../queue.js";
import type { Handshake } from "./polling.js";
import { openWebSocket, type WebSocketWire, type WebSocketWireOptions } from "./websocket.js";

export interface SocketIoWireOptions extends WebSocketWireOptions {
  /** Namespace to join. @default "/" */
  nsp?: string;
  /** Payload of the CONNECT packet. */
  auth?: object;
}

/** A joined namespace over one WebSocket, in Socket.IO packets as text. Pings are answered. */
export interface SocketIoWire {
  readonly wire: WebSocketWire;
  readonly handshake: Handshake;
  /** The reply to CONNECT, such as `0{"sid":"..."}`. */
  readonly connected: string;
  /** Socket.IO packets without the Engine.IO type: `2["hello"]`, and attachments as Buffers. */
  readonly packets: Queue<string | Buffer>;
  /** Sends a Socket.IO packet: `2["hello"]`, or an attachment. */
  send(packet: string | Uint8Array): void;
  close(): void;
}

/**
 * Connects over WebSocket and joins a namespace (Socket.IO v5, "Connection to a namespace").
 *
 * @example
 * const client = await openSocketIo(url);
 * client.send('2["hello"]');
 * expect(await client.packets.next()).toBe('2["hi"]');
 */
export async function openSocketIo(url: string, options: SocketIoWireOptions = {}): Promise<SocketIoWire> {
  const { nsp = "/", auth } = options;
  const wire = await openWebSocket(url, options);
  const handshake = JSON.parse((await wire.text()).slice(1)) as Handshake;
  const packets = new Queue<string | Buffer>("a Socket.IO packet");
  const pass = (message: string | Buffer) => {
    if (message === "2") wire.send("3");
    else packets.push(typeof message === "string" ? message.slice(1) : message);
  };
  for (const message of wire.messages.drain()) pass(message);
  wire.socket.on("message", (data: Buffer, isBinary) => pass(isBinary ? data : data.toString("utf8")));
  wire.socket.on("close", () => packets.end(new Error("the WebSocket closed while waiting for a packet")));
  wire.send(`40${nsp === "/" ? "" : `${nsp},`}${auth === undefined ? "" : JSON.stringify(auth)}`);
  const connected = String(await packets.next({ awaited: `the reply to CONNECT ${nsp}` }));
  return {
    wire,
    handshake,
    connected,
    packets,
    send: (packet) => wire.send(typeof packet === "string" ? `4${packet}` : packet),
    close: () => wire.close(),
  };
}
