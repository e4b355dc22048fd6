export { Decoder, type DecoderOptions, type JSONReviver } from "./decoder.js";
export { Encoder, type JSONReplacer } from "./encoder.js";
export { type Attachment, isPacketValid, type Packet, PacketType, protocol } from "./packet.js";
