/** The Socket.IO protocol that this package speaks. */
export const protocol = 5;

export enum PacketType {
  CONNECT = 0,
  DISCONNECT = 1,
  EVENT = 2,
  ACK = 3,
  CONNECT_ERROR = 4,
  BINARY_EVENT = 5,
  BINARY_ACK = 6,
}

/** A Socket.IO packet. Binary data stands in `data` itself, whatever the type. */
export interface Packet {
  type: PacketType;
  /** The namespace, `/` being the main one. */
  nsp: string;
  /** The payload: `[event, ...args]`, the arguments of an acknowledgement, an auth object, an error. */
  data?: unknown;
  /** Asks for an acknowledgement, or says which one this is. */
  id?: number;
  /** The number of attachments. Only read when encoding a packet that already has its placeholders. */
  attachments?: number;
}

/** What follows the text of a packet: its binary data, untouched. */
export type Attachment = ArrayBuffer | ArrayBufferView | Blob;

// Emitted by both ends for themselves, so never taken from the other side.
const RESERVED = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

const isObject = (data: unknown) => typeof data === "object" && data !== null && !Array.isArray(data);

export function isDataValid(type: PacketType, data: unknown): boolean {
  switch (type) {
    case PacketType.CONNECT:
      return data === undefined || isObject(data);
    case PacketType.DISCONNECT:
      return data === undefined;
    case PacketType.CONNECT_ERROR:
      return typeof data === "string" || isObject(data);
    case PacketType.EVENT: {
      const name: unknown = Array.isArray(data) ? data[0] : undefined;
      return typeof name === "string" ? !RESERVED.includes(name) : typeof name === "number";
    }
    case PacketType.ACK:
      return Array.isArray(data);
    default:
      return false;
  }
}

/**
 * Whether a decoded packet, from this or another parser, has the fields and the payload of its type. The types
 * `BINARY_EVENT` and `BINARY_ACK` exist on the wire only.
 *
 * @example
 * isPacketValid({ type: PacketType.EVENT, nsp: "/", data: ["hello"] }); // true
 */
export function isPacketValid(packet: Packet): boolean {
  const { type, nsp, id, data } = packet;
  return typeof nsp === "string" && (id === undefined || Number.isInteger(id)) && isDataValid(type, data);
}
