/**
 * The codec of protocol 3, the one of Socket.IO 1 and 2 clients, as a server on Node.js needs it.
 *
 * @module
 */
export type { Packet, PacketType, RawData } from "../packet.js";
export { type DecodedPacket, decodePacket, encodePacket } from "./packet.js";
export { decodePayload, encodePayload } from "./payload.js";

/** The Engine.IO protocol that this codec speaks. */
export const protocol = 3;
