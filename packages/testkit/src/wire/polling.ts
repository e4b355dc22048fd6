import { type HttpReply, type HttpRequestOptions, httpRequest } from "./http.js";

const SEPARATOR = "\x1e";

export interface WireOptions {
  /** @default "/socket.io/" */
  path?: string;
  /** More of the query, on every request. */
  query?: Record<string, string>;
  /** On every request. */
  headers?: Record<string, string>;
}

/** What the server says in its open packet (Engine.IO v4, "Handshake"). */
export interface Handshake {
  sid: string;
  upgrades: string[];
  pingInterval: number;
  pingTimeout: number;
  maxPayload: number;
}

/** One long-polling session, request by request. It answers nothing by itself, pings included. */
export interface PollingWire {
  readonly handshake: Handshake;
  /** The packets that came along with the handshake. */
  readonly first: string[];
  /** Path and query of this session's requests, for what the methods here cannot say. */
  readonly target: string;
  /** One GET; its packets in their text form. Refused unless the status is 200. */
  poll(): Promise<string[]>;
  /** Polls until a packet matches; gives all packets received on the way, that one last or among the last. */
  pollUntil(matches: (packet: string) => boolean): Promise<string[]>;
  /** One POST of packets in their text form. Refused unless the reply is 200 `ok`. */
  post(...packets: string[]): Promise<void>;
  /** One request whatever its reply. */
  request(options?: HttpRequestOptions): Promise<HttpReply>;
}

/** Joins packets as a payload (Engine.IO v4, "HTTP long-polling"). */
export function encodePayload(packets: string[]): string {
  return packets.join(SEPARATOR);
}

/** The packets of a payload. */
export function decodePayload(payload: string): string[] {
  return payload.split(SEPARATOR);
}

/**
 * Opens an Engine.IO v4 long-polling session.
 *
 * @example
 * const wire = await openPolling(url);
 * await wire.post("40");
 * expect((await wire.poll())[0]).toMatch(/^40/);
 */
export async function openPolling(url: string, options: WireOptions = {}): Promise<PollingWire> {
  const { path = "/socket.io/", headers = {} } = options;
  const query = new URLSearchParams({ EIO: "4", transport: "polling", ...options.query });
  const opened = await httpRequest(url, `${path}?${query}`, { headers });
  const packets = payloadOf(opened);
  const [open = "", ...first] = packets;
  if (!open.startsWith("0{")) throw new Error(`not an open packet: ${open}`);
  const handshake = JSON.parse(open.slice(1)) as Handshake;
  query.set("sid", handshake.sid);
  const target = `${path}?${query}`;

  const request = (more: HttpRequestOptions = {}) =>
    httpRequest(url, target, { ...more, headers: { ...headers, ...more.headers } });
  const poll = async () => payloadOf(await request());
  return {
    handshake,
    first,
    target,
    request,
    poll,
    async pollUntil(matches) {
      const seen: string[] = [];
      while (!seen.some(matches)) seen.push(...(await poll()));
      return seen;
    },
    async post(...sent) {
      const reply = await request({
        method: "POST",
        headers: { "content-type": "text/plain;charset=UTF-8" },
        body: encodePayload(sent),
      });
      if (reply.status !== 200 || reply.text !== "ok") throw unexpected(reply);
    },
  };
}

function payloadOf(reply: HttpReply): string[] {
  if (reply.status !== 200) throw unexpected(reply);
  return decodePayload(reply.text);
}

function unexpected(reply: HttpReply): Error {
  return Object.assign(new Error(`unexpected reply ${reply.status}: ${reply.text}`), { reply });
}
