import { decodePayload, encodePayload } from "engine.io-parser/v3";
import { toPackets } from "../../core/prepared-message.js";
import type { PollingFormat } from "../polling-format.js";

function payloads(supportsBinary: boolean): PollingFormat {
  return {
    bodyType: (contentType) => (contentType === "application/octet-stream" ? "bytes" : "text"),
    decode: (body) => decodePayload(body),
    encode: (batch) => encodePayload(toPackets(batch), supportsBinary),
    contentType: (body) =>
      typeof body === "string" ? "text/plain; charset=UTF-8" : "application/octet-stream",
  };
}

/** For clients that can receive bytes: a response with binary packets is bytes. */
export const BINARY_PAYLOADS = payloads(true);

/** For the others: binary packets are base64. Requests may be bytes all the same. */
export const BASE64_PAYLOADS = payloads(false);
