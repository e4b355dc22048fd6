import {
  type Agent,
  type ClientRequest,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request,
} from "node:http";
import { within } from "../timeout.js";

export interface HttpRequestOptions {
  method?: string;
  /** Sent as given. A body without a length header gets its exact `content-length`. */
  headers?: OutgoingHttpHeaders;
  body?: string | Uint8Array;
  agent?: Agent | false;
  /** Milliseconds for the whole exchange. @default 10000 */
  timeout?: number;
  /** Receives the request, to abort it midway. */
  onRequest?: (request: ClientRequest) => void;
}

export interface HttpReply {
  status: number;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: Buffer;
  /** The body as UTF-8. */
  text: string;
}

/**
 * One HTTP exchange. `target` (path and query) goes on the wire exactly as written: nothing is normalised or escaped.
 *
 * @example const { status, text } = await httpRequest(url, "/socket.io/?EIO=4&transport=polling");
 */
export function httpRequest(
  url: string,
  target: string,
  { method = "GET", headers = {}, body, agent = false, timeout, onRequest }: HttpRequestOptions = {},
): Promise<HttpReply> {
  const { hostname, port } = new URL(url);
  const hasLength = Object.keys(headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name));
  const length = body === undefined || hasLength ? {} : { "content-length": Buffer.byteLength(body) };
  const reply = new Promise<HttpReply>((resolve, reject) => {
    const outgoing = request(
      { hostname, port, path: target, method, agent, headers: { ...headers, ...length } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const bytes = Buffer.concat(chunks);
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            rawHeaders: incoming.rawHeaders,
            body: bytes,
            text: bytes.toString("utf8"),
          });
        });
      },
    );
    outgoing.on("error", reject);
    onRequest?.(outgoing);
    outgoing.end(body);
  });
  return within(reply, `the reply to ${method} ${target}`, timeout);
}
