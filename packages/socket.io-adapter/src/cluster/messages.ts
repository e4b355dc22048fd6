import type { BroadcastFlags, BroadcastOptions } from "../contract.js";
import type { MessageType } from "./message-type.js";

/** The id of a server: 16 hexadecimal digits, another one for each namespace. */
export type ServerId = string;

/** Where a message stands in what an engine keeps, for connection state recovery. */
export type Offset = string;

/** `BroadcastOptions` as they travel. */
export interface EncodedOptions {
  rooms: string[];
  except: string[];
  flags: BroadcastFlags;
}

interface Addressed {
  uid: ServerId;
  nsp: string;
}

/** What one server tells the others. */
export type ClusterMessage = Addressed &
  (
    | { type: MessageType.INITIAL_HEARTBEAT | MessageType.HEARTBEAT | MessageType.ADAPTER_CLOSE }
    | {
        type: MessageType.BROADCAST;
        /** With a `requestId`, the clients are to acknowledge. */
        data: { opts: EncodedOptions; packet: unknown; requestId?: string };
      }
    | {
        type: MessageType.SOCKETS_JOIN | MessageType.SOCKETS_LEAVE;
        data: { opts: EncodedOptions; rooms: string[] };
      }
    | { type: MessageType.DISCONNECT_SOCKETS; data: { opts: EncodedOptions; close?: boolean } }
    | { type: MessageType.FETCH_SOCKETS; data: { opts: EncodedOptions; requestId: string } }
    | {
        type: MessageType.SERVER_SIDE_EMIT;
        /** With a `requestId`, the listener's answer is awaited. */
        // biome-ignore lint/suspicious/noExplicitAny: reason: the arguments of an event, as the published types have them
        data: { requestId?: string; packet: any[] };
      }
  );

/** What a server answers to the one that asked. */
export type ClusterResponse = Addressed &
  (
    | { type: MessageType.FETCH_SOCKETS_RESPONSE; data: { requestId: string; sockets: unknown[] } }
    | { type: MessageType.SERVER_SIDE_EMIT_RESPONSE; data: { requestId: string; packet: unknown } }
    | { type: MessageType.BROADCAST_CLIENT_COUNT; data: { requestId: string; clientCount: number } }
    | { type: MessageType.BROADCAST_ACK; data: { requestId: string; packet: unknown } }
  );

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A message before it has a sender. */
export type UnsentMessage = DistributiveOmit<ClusterMessage, "nsp" | "uid">;
export type UnsentResponse = DistributiveOmit<ClusterResponse, "nsp" | "uid">;

export function encodeOptions({ rooms, except, flags }: BroadcastOptions): EncodedOptions {
  return { rooms: [...rooms], except: except ? [...except] : [], flags: flags ?? {} };
}

export function decodeOptions({ rooms, except, flags }: EncodedOptions): BroadcastOptions {
  return { rooms: new Set(rooms), except: new Set(except), flags: flags ?? {} };
}
