import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** RFC 6455, section 1.3. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** 16 bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{22}==$/;
/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Why an opening handshake cannot be answered. */
export interface OpeningProblem {
  readonly status: 400 | 405;
  readonly message: string;
  readonly headers?: Record<string, string>;
}

/** What is wrong with an upgrade request (RFC 6455, section 4.2.1), if anything. */
export function openingProblem({ method, headers }: IncomingMessage): OpeningProblem | undefined {
  if (method !== "GET") return { status: 405, message: "Invalid HTTP method" };
  if (headers.upgrade?.toLowerCase() !== "websocket") return bad("Invalid Upgrade header");
  if (!KEY.test(headers["sec-websocket-key"] ?? ""))
    return bad("Missing or invalid Sec-WebSocket-Key header");
  const version = headers["sec-websocket-version"];
  if (version !== "13" && version !== "8") {
    return {
      ...bad("Missing or invalid Sec-WebSocket-Version header"),
      headers: { "Sec-WebSocket-Version": "13, 8" },
    };
  }
  const protocols = offeredProtocols(headers["sec-websocket-protocol"]);
  if (protocols.some((name) => !TOKEN.test(name)) || new Set(protocols).size < protocols.length) {
    return bad("Invalid Sec-WebSocket-Protocol header");
  }
  return undefined;
}

/** The lines of the answer to a request without a problem. Of the subprotocols that are offered the first is taken. */
export function openingLines({ headers }: IncomingMessage): string[] {
  const accept = createHash("sha1").update(`${headers["sec-websocket-key"]}${GUID}`).digest("base64");
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`,
  ];
  const [protocol] = offeredProtocols(headers["sec-websocket-protocol"]);
  if (protocol !== undefined) lines.push(`Sec-WebSocket-Protocol: ${protocol}`);
  return lines;
}

function offeredProtocols(header: string | undefined): string[] {
  return header === undefined ? [] : header.split(",").map((name) => name.trim());
}

function bad(message: string): OpeningProblem {
  return { status: 400, message };
}
