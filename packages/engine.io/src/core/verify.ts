import { isJsonpIndex } from "../transports/protocol-3/jsonp.js";
import type { EngineRequest, TransportName } from "./contract.js";
import { ERRORS, type Refusal, refuse } from "./errors.js";

/** The protocol revision that a request asks for. */
export function requestedProtocol({ _query }: EngineRequest): 3 | 4 {
  return _query.EIO === "4" ? 4 : 3;
}

/** What a request is compared with. */
export interface Known {
  readonly transports: readonly TransportName[];
  readonly allowEIO3?: boolean | undefined;
  /** The session of an id, if there is one. */
  find(sid: string): { transport: { name: string; protocol: number } } | undefined;
}

/**
 * Checks a request against the protocol and the sessions that exist. Whether the application allows a handshake is asked later.
 *
 * @param upgrade - whether the request asks for a WebSocket
 * @returns why the request is refused, or `undefined`
 */
export function verify(request: EngineRequest, upgrade: boolean, known: Known): Refusal | undefined {
  const { transport, sid } = request._query;
  // WebTransport does not come as a request.
  if (!known.transports.includes(transport as TransportName) || transport === "webtransport") {
    return refuse(ERRORS.UNKNOWN_TRANSPORT, { transport });
  }
  const { origin } = request.headers;
  if (origin !== undefined && !isHeaderValue(String(origin))) {
    return refuse(ERRORS.BAD_REQUEST, { name: "INVALID_ORIGIN", origin });
  }
  return sid ? verifySession(request, upgrade, known, sid) : verifyHandshake(request, upgrade, known);
}

function verifySession(
  request: EngineRequest,
  upgrade: boolean,
  known: Known,
  sid: string,
): Refusal | undefined {
  const session = known.find(sid);
  if (!session) return refuse(ERRORS.UNKNOWN_SID, { sid });
  const protocol = requestedProtocol(request);
  const { name: previousTransport, protocol: previousProtocol } = session.transport;
  if (protocol !== previousProtocol) {
    return refuse(ERRORS.BAD_REQUEST, { name: "PROTOCOL_MISMATCH", protocol, previousProtocol });
  }
  const { transport } = request._query;
  if (!upgrade && transport !== previousTransport) {
    return refuse(ERRORS.BAD_REQUEST, { name: "TRANSPORT_MISMATCH", transport, previousTransport });
  }
  if (upgrade && transport !== "websocket") return handshakeError();
  return undefined;
}

function verifyHandshake(request: EngineRequest, upgrade: boolean, known: Known): Refusal | undefined {
  const { method, _query } = request;
  if (method !== "GET") return refuse(ERRORS.BAD_HANDSHAKE_METHOD, { method });
  if (upgrade !== (_query.transport === "websocket")) return handshakeError();
  const protocol = requestedProtocol(request);
  if (protocol !== 4 && !known.allowEIO3) return refuse(ERRORS.UNSUPPORTED_PROTOCOL_VERSION, { protocol });
  if (known.allowEIO3 && _query.j !== undefined && !isJsonpIndex(_query.j)) {
    return refuse(ERRORS.BAD_REQUEST, { name: "INVALID_JSONP_INDEX", j: _query.j });
  }
  return undefined;
}

function handshakeError(): Refusal {
  return refuse(ERRORS.BAD_REQUEST, { name: "TRANSPORT_HANDSHAKE_ERROR" });
}

/** Whether a value may be sent back in a header. */
function isHeaderValue(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}
