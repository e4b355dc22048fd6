import { decodePayload, encodePacketSync } from "engine.io-parser";
import type { Batch, HttpBody, Packet } from "../core/contract.js";

const SEPARATOR = "\x1e";

/** How packets become the body of a response, and the body of a request packets. */
export interface PollingFormat {
  /** How a request body of that content type is read; `undefined` when it is refused. */
  bodyType(contentType: string | string[] | undefined): "text" | "bytes" | undefined;
  decode(body: HttpBody): Packet[];
  encode(batch: Batch): HttpBody;
  /** The content type of what `encode` made. */
  contentType(body: HttpBody): string;
}

/** That of protocol 4: text, whatever it carries. */
export const TEXT_PAYLOADS: PollingFormat = {
  bodyType: (contentType) => (contentType === "application/octet-stream" ? undefined : "text"),
  decode: (body) => decodePayload(body as string) as Packet[],
  encode(batch) {
    let payload = "";
    for (const item of batch) {
      if (payload) payload += SEPARATOR;
      payload += item.type === "prepared" ? item.payload : encodePacketSync(item, false);
    }
    return payload;
  },
  contentType: () => "text/plain; charset=UTF-8",
};
