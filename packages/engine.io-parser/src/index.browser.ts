// What index.ts documents, for browsers.
import type * as api from "./index.js";
import { decode, encode, withoutBlobs } from "./packet.js";
import { decodeAll, encodeAll } from "./payload.js";
import { browser } from "./platform.browser.js";
import { decoderStream, encoderStream, frames } from "./stream.js";

export {
  type BinaryType,
  decodeFrame,
  encodeFrame,
  type Packet,
  type PacketType,
  protocol,
  type RawData,
} from "./packet.js";

export const encodePacket: typeof api.encodePacket = (packet, supportsBinary, callback) =>
  supportsBinary ? callback(encode(browser, packet, true)) : encodePayload([packet], callback);

export const encodePacketSync = ((packet, supportsBinary) =>
  encode(browser, packet, supportsBinary)) as typeof api.encodePacketSync;

export const decodePacket: typeof api.decodePacket = (encoded, binaryType) =>
  decode(browser, encoded, binaryType);

export const encodePayload: typeof api.encodePayload = (packets, callback) =>
  withoutBlobs(packets, (read) => callback(encodeAll(browser, read)));

export const encodePayloadSync: typeof api.encodePayloadSync = (packets) => encodeAll(browser, packets);

export const decodePayload: typeof api.decodePayload = (payload, binaryType) =>
  decodeAll(browser, payload, binaryType);

export const encodeFrames: typeof api.encodeFrames = (packets) => frames(browser, packets);

export const createPacketEncoderStream: typeof api.createPacketEncoderStream = () => encoderStream(browser);

export const createPacketDecoderStream: typeof api.createPacketDecoderStream = (maxPayload, binaryType) =>
  decoderStream(browser, maxPayload, binaryType);
