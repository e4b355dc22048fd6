import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Says to the owner of a session what it cannot see for itself: that a node asks, whether over TLS, and for whom. */
const RELAY = "x-socket-io-relay";
const NO_SECRET = "-";

/** What is between two neighbours, and not between the client and the owner of its session. */
const HOP_BY_HOP = new Set([
  "connection",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
]);

/** What a relayed request tells of its client. */
export interface Origin {
  remoteAddress: string;
  encrypted: boolean;
}

/** The headers of a request as they are sent to the owner: names and values in turn. */
export function requestHeaders(request: IncomingMessage, secret: string | undefined): string[] {
  const { remoteAddress = "", encrypted } = request.socket as IncomingMessage["socket"] & Partial<Origin>;
  const headers = [RELAY, `${secret ?? NO_SECRET} ${encrypted ? "tls" : "plain"} ${remoteAddress}`];
  eachHeader(request.rawHeaders, (name, value) => {
    // What HTTP/2 has instead of a first line.
    if (name === ":authority") headers.push("host", value);
    else if (!name.startsWith(":")) headers.push(name, value);
  });
  return headers;
}

/** The first line and the headers of an upgrade request. */
export function upgradeHead(request: IncomingMessage, secret: string | undefined): string {
  let head = `GET ${request.url} HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`;
  const headers = requestHeaders(request, secret);
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return `${head}\r\n`;
}

/** The headers of the owner's answer as they are sent to the client. */
export function responseHeaders(reply: IncomingMessage, toHttp2: boolean): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = Object.create(null);
  eachHeader(reply.rawHeaders, (name, value) => {
    if (name.toLowerCase() === "transfer-encoding") return;
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : [earlier, value].flat();
  });
  // The rest of a body that is too large is not wanted.
  if (reply.headers.connection === "close" && !toHttp2) headers.connection = "close";
  return headers;
}

/** Takes what the relaying node says off the request. `undefined` when it does not come from a node. */
export function takeOrigin(request: IncomingMessage, secret: string | undefined): Origin | undefined {
  const [given, scheme, remoteAddress = ""] = String(request.headers[RELAY] ?? "").split(" ");
  if (scheme === undefined || !isSame(given as string, secret ?? NO_SECRET)) return undefined;
  delete request.headers[RELAY];
  const index = request.rawHeaders.findIndex((name) => name.toLowerCase() === RELAY);
  request.rawHeaders.splice(index, 2);
  return { remoteAddress, encrypted: scheme === "tls" };
}

function eachHeader(raw: readonly string[], visit: (name: string, value: string) => void): void {
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && lower !== RELAY) visit(name, raw[i + 1] as string);
  }
}

// Equal lengths, and no time that tells how much of it is right.
function isSame(given: string, expected: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
