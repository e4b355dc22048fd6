import { decodePacket, type Packet } from "engine.io-parser";

const packet: Packet = decodePacket("4hello");
const type: "open" | "close" | "ping" | "pong" | "message" | "upgrade" | "noop" | "error" = packet.type;

export { type };
