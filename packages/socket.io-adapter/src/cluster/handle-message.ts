import type { AdapterNamespace, BroadcastOptions, BroadcastPacket, Room } from "../contract.js";
import { MessageType } from "./message-type.js";
import {
  type ClusterMessage,
  decodeOptions,
  type Offset,
  type ServerId,
  type UnsentResponse,
} from "./messages.js";
import { takesOffset, withOffset } from "./recovery-offset.js";
import { startTimer } from "./timer.js";

/** What messages of other servers act on: the sockets of this one. */
export interface LocalAdapter {
  readonly nsp: AdapterNamespace;
  broadcast(packet: BroadcastPacket, opts: BroadcastOptions): void;
  broadcastWithAck(
    packet: BroadcastPacket,
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: unknown[]) => void,
  ): void;
  addSockets(opts: BroadcastOptions, rooms: Room[]): void;
  delSockets(opts: BroadcastOptions, rooms: Room[]): void;
  disconnectSockets(opts: BroadcastOptions, close: boolean): void;
  fetchSockets(opts: BroadcastOptions): Promise<unknown[]>;
  respond(requesterUid: ServerId, response: UnsentResponse): void;
}

/** Does what another server asks for. */
export function handleMessage(
  local: LocalAdapter,
  message: ClusterMessage,
  offset: Offset | undefined,
): void {
  switch (message.type) {
    case MessageType.BROADCAST: {
      const { data } = message;
      const packet = data.packet as BroadcastPacket;
      const opts = decodeOptions(data.opts);
      if (data.requestId !== undefined) {
        awaitAcks(local, message.uid, data.requestId, packet, opts);
        break;
      }
      if (takesOffset(local.nsp, packet, opts)) withOffset(packet, offset);
      local.broadcast(packet, opts);
      break;
    }
    case MessageType.SOCKETS_JOIN:
      local.addSockets(decodeOptions(message.data.opts), message.data.rooms);
      break;
    case MessageType.SOCKETS_LEAVE:
      local.delSockets(decodeOptions(message.data.opts), message.data.rooms);
      break;
    case MessageType.DISCONNECT_SOCKETS:
      local.disconnectSockets(decodeOptions(message.data.opts), message.data.close ?? false);
      break;
    case MessageType.FETCH_SOCKETS:
      describeSockets(local, message.uid, message.data.requestId, decodeOptions(message.data.opts));
      break;
    case MessageType.SERVER_SIDE_EMIT:
      hear(local, message.uid, message.data.requestId, message.data.packet);
      break;
    default:
    // For servers of a later version, or heartbeats that a subclass deals with.
  }
}

function awaitAcks(
  local: LocalAdapter,
  requesterUid: ServerId,
  requestId: string,
  packet: BroadcastPacket,
  opts: BroadcastOptions,
): void {
  let awaited = 0;
  local.broadcastWithAck(
    packet,
    opts,
    (clientCount) => {
      awaited = clientCount;
      const data = { requestId, clientCount };
      local.respond(requesterUid, { type: MessageType.BROADCAST_CLIENT_COUNT, data });
    },
    (response) => {
      awaited--;
      local.respond(requesterUid, { type: MessageType.BROADCAST_ACK, data: { requestId, packet: response } });
    },
  );
  const timeout = opts.flags?.timeout;
  if (!awaited || timeout === undefined) return;
  // Nobody asks any more then, so that the sockets need not remember.
  startTimer(() => {
    if (!awaited) return;
    for (const { acks } of local.nsp.sockets.values()) acks.delete(packet.id as number);
  }, timeout);
}

interface DescribedSocket {
  id: string;
  handshake: Record<string, unknown>;
  rooms: Iterable<Room>;
  data: unknown;
}

function describeSockets(
  local: LocalAdapter,
  requesterUid: ServerId,
  requestId: string,
  opts: BroadcastOptions,
): void {
  void local.fetchSockets(opts).then((found) => {
    const sockets = (found as DescribedSocket[]).map(({ id, handshake, rooms, data }) => {
      // Sessions may refer to themselves, and are not for others.
      const { sessionStore: _, ...shared } = handshake;
      return { id, handshake: shared, rooms: [...rooms], data };
    });
    local.respond(requesterUid, {
      type: MessageType.FETCH_SOCKETS_RESPONSE,
      data: { requestId, sockets },
    });
  });
}

function hear(
  { nsp, respond }: LocalAdapter,
  requesterUid: ServerId,
  requestId: string | undefined,
  packet: unknown[],
): void {
  if (requestId === undefined) {
    nsp._onServerSideEmit?.(packet);
    return;
  }
  let answered = false;
  const answer = (response: unknown) => {
    if (answered) return;
    answered = true;
    respond(requesterUid, {
      type: MessageType.SERVER_SIDE_EMIT_RESPONSE,
      data: { requestId, packet: response },
    });
  };
  nsp._onServerSideEmit?.([...packet, answer]);
}
