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

export function isDataValid({ type, data }: Packet): boolean {
  const isArray = Array.isArray(data);
  const isObject = typeof data === "object" && !!data && !isArray;
  const name: unknown = isArray && data[0];
  return !![
    isObject || data === undefined,
    data === undefined,
    typeof name === "string" ? !RESERVED.includes(name) : typeof name === "number",
    isArray,
    isObject || typeof data === "string",
  ][type];
}

/**
 * Whether a decoded packet, from this or another parser, has the fields and the payload of its type. The types
 * `BINARY_EVENT` and `BINARY_ACK` exist on the wire only.
 *
 * @example
 * isPacketValid({ type: PacketType.EVENT, nsp: "/", data: ["hello"] }); // true
 */
export function isPacketValid(packet: Packet): boolean {
  const { type, nsp, id } = packet;
  const areNumbers = [type, id === undefined ? 0 : id].every(Number.isInteger);
  return areNumbers && typeof nsp === "string" && isDataValid(packet);
}
