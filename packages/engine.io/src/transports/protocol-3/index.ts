import type { Query } from "../../core/contract.js";
import { type PollingFormat, TEXT_PAYLOADS } from "../polling-format.js";
import { jsonp } from "./jsonp.js";
import { BASE64_PAYLOADS, BINARY_PAYLOADS } from "./payloads.js";

export { WebSocket3 } from "./websocket.js";

/** The polling format that a handshake asks for, of either protocol, where protocol 3 is allowed. */
export function pollingFormat(protocol: number, { j, b64 }: Query): PollingFormat {
  if (j !== undefined) return jsonp(protocol === 3 ? BASE64_PAYLOADS : TEXT_PAYLOADS, j);
  if (protocol === 4) return TEXT_PAYLOADS;
  return b64 ? BASE64_PAYLOADS : BINARY_PAYLOADS;
}
