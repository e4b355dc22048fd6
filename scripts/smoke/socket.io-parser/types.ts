import { Decoder, Encoder, type Packet, PacketType } from "socket.io-parser";

const packet: Packet = { type: PacketType.EVENT, nsp: "/", data: ["hello"] };
const encoded: unknown[] = new Encoder().encode(packet);
new Decoder().on("decoded", (decoded: Packet) => decoded.nsp.length);

export { encoded };
