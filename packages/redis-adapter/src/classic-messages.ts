import { type ClusterMessage, type ClusterResponse, MessageType } from "socket.io-adapter";
import { decodeAny, type Parser } from "./parser.js";

/** The kinds of requests on the wire of the classic adapter. */
export enum RequestType {
  SOCKETS = 0,
  ALL_ROOMS = 1,
  JOIN = 2,
  LEAVE = 3,
  DISCONNECT = 4,
  FETCH = 5,
  SERVER_SIDE_EMIT = 6,
  BROADCAST = 7,
  CLIENT_COUNT = 8,
  ACK = 9,
}

const REQUEST_TYPES: Partial<Record<MessageType, RequestType>> = {
  [MessageType.SOCKETS_JOIN]: RequestType.JOIN,
  [MessageType.SOCKETS_LEAVE]: RequestType.LEAVE,
  [MessageType.DISCONNECT_SOCKETS]: RequestType.DISCONNECT,
  [MessageType.FETCH_SOCKETS]: RequestType.FETCH,
};

const MESSAGE_TYPES: Partial<Record<number, MessageType>> = {
  [RequestType.JOIN]: MessageType.SOCKETS_JOIN,
  [RequestType.LEAVE]: MessageType.SOCKETS_LEAVE,
  [RequestType.DISCONNECT]: MessageType.DISCONNECT_SOCKETS,
  [RequestType.FETCH]: MessageType.FETCH_SOCKETS,
};

/** The channels of one namespace. */
export class ClassicChannels {
  readonly broadcast: string;
  readonly request: string;
  readonly response: string;

  constructor(prefix: string, nsp: string) {
    this.broadcast = `${prefix}#${nsp}#`;
    this.request = `${prefix}-request#${nsp}#`;
    this.response = `${prefix}-response#${nsp}#`;
  }

  responseTo(uid: string): string {
    return `${this.response}${uid}#`;
  }
}

/** Where a message goes and what it is there. */
export function encodeClassic(
  message: ClusterMessage,
  channels: ClassicChannels,
  parser: Parser,
): [channel: string, payload: string | Buffer] {
  const { uid, nsp } = message;
  if (message.type === MessageType.BROADCAST) {
    const { opts, requestId } = message.data;
    const packet = { ...(message.data.packet as object), nsp };
    if (requestId !== undefined) {
      const request = { uid, requestId, type: RequestType.BROADCAST, packet, opts };
      return [channels.request, parser.encode(request)];
    }
    const room = opts.rooms.length === 1 ? `${opts.rooms[0]}#` : "";
    return [channels.broadcast + room, parser.encode([uid, packet, opts])];
  }
  if (message.type === MessageType.SERVER_SIDE_EMIT) {
    const { requestId, packet } = message.data;
    const request = { uid, requestId, type: RequestType.SERVER_SIDE_EMIT, data: packet };
    return [channels.request, JSON.stringify(request)];
  }
  const { data } = message as { data?: object };
  return [channels.request, JSON.stringify({ uid, type: REQUEST_TYPES[message.type], ...data })];
}

/** A broadcast that came in; `undefined` for what is none. */
export function decodeBroadcast(payload: Buffer, parser: Parser): ClusterMessage | undefined {
  const decoded = decodeAny(payload, parser);
  if (!Array.isArray(decoded)) return undefined;
  const [uid, packet, opts] = decoded;
  // From before there were namespaces in it.
  const nsp = packet?.nsp ?? "/";
  return { uid, nsp, type: MessageType.BROADCAST, data: { packet, opts } } as ClusterMessage;
}

export interface ClassicRequest {
  uid?: string;
  requestId?: string;
  type: RequestType;
  rooms?: string[];
  [key: string]: unknown;
}

/** A request as a message; `undefined` for the kinds that there is no message for. */
export function toMessage(request: ClassicRequest, nsp: string): ClusterMessage | undefined {
  const { type, uid = "emitter", requestId, ...data } = request;
  if (type === RequestType.SERVER_SIDE_EMIT) {
    const emitted = { packet: data.data, requestId };
    return { uid, nsp, type: MessageType.SERVER_SIDE_EMIT, data: emitted } as ClusterMessage;
  }
  if (type === RequestType.BROADCAST) {
    return {
      uid,
      nsp,
      type: MessageType.BROADCAST,
      data: { ...data, requestId },
    } as unknown as ClusterMessage;
  }
  const messageType = MESSAGE_TYPES[type];
  if (messageType === undefined) return undefined;
  return { uid, nsp, type: messageType, data: { ...data, requestId } } as unknown as ClusterMessage;
}

export function encodeClassicResponse(response: ClusterResponse, parser: Parser): string | Buffer {
  const { uid, type, data } = response;
  const { requestId } = data;
  switch (type) {
    case MessageType.FETCH_SOCKETS_RESPONSE:
      return JSON.stringify({ uid, requestId, sockets: data.sockets });
    case MessageType.SERVER_SIDE_EMIT_RESPONSE:
      return JSON.stringify({ uid, type: RequestType.SERVER_SIDE_EMIT, requestId, data: data.packet });
    case MessageType.BROADCAST_CLIENT_COUNT:
      return JSON.stringify({
        uid,
        type: RequestType.CLIENT_COUNT,
        requestId,
        clientCount: data.clientCount,
      });
    case MessageType.BROADCAST_ACK:
      return parser.encode({ uid, type: RequestType.ACK, requestId, packet: data.packet });
  }
}

export interface ClassicResponse {
  uid?: string;
  type?: RequestType;
  requestId: string;
  sockets?: unknown[];
  rooms?: string[];
  data?: unknown;
  clientCount?: number;
  packet?: unknown;
}

let anonymous = 0;

/** An answer as a message. Published servers do not say who they are in it. */
export function toResponse(response: ClassicResponse, nsp: string): ClusterResponse {
  const { uid = `?${anonymous++}`, requestId, type, sockets, data, clientCount, packet } = response;
  const from = { uid, nsp };
  switch (type) {
    case RequestType.SERVER_SIDE_EMIT:
      return { ...from, type: MessageType.SERVER_SIDE_EMIT_RESPONSE, data: { requestId, packet: data } };
    case RequestType.CLIENT_COUNT:
      return {
        ...from,
        type: MessageType.BROADCAST_CLIENT_COUNT,
        data: { requestId, clientCount: clientCount as number },
      };
    case RequestType.ACK:
      return { ...from, type: MessageType.BROADCAST_ACK, data: { requestId, packet } };
    default:
      return {
        ...from,
        type: MessageType.FETCH_SOCKETS_RESPONSE,
        data: { requestId, sockets: sockets as unknown[] },
      };
  }
}
