import { openSocketIo, type SocketIoWire, waitFor } from "testkit";
import type { Server, Socket } from "../../src/index.js";
import type { Started } from "./start.js";

export const payload = (packet: unknown) => JSON.parse(String(packet).replace(/^\d+/, ""));

export interface Came {
  io: Server;
  client: SocketIoWire;
  socket: Socket;
  sid: string;
  /** What it takes to come back. */
  auth: { pid: string; offset: string };
}

/** A client that is in a room and has got a packet. */
export async function come({ io, url }: Started): Promise<Came> {
  const client = await openSocketIo(url);
  const { sid, pid } = payload(client.connected);
  const socket = io.sockets.sockets.get(sid) as Socket;
  socket.data.user = 1;
  socket.join("room");
  socket.emit("first");
  const [, offset] = payload(await client.packets.next());
  return { io, client, socket, sid, auth: { pid, offset } };
}

export async function cutOff({ client, socket }: Came): Promise<void> {
  const gone = waitFor(socket, "disconnect");
  client.wire.socket.terminate();
  await gone;
}

/** Comes back; resolves with the id of the socket, and the events that were missed. */
export async function comeBack(url: string, auth: object) {
  const client = await openSocketIo(url, { auth });
  const missed: string[] = [];
  let packet = payload(client.connected);
  while (Array.isArray(packet)) {
    missed.push(packet[0]);
    packet = payload(await client.packets.next());
  }
  return { client, sid: packet.sid as string, missed };
}
