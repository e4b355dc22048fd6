import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from "node:https";

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
// Headers that are meant for one origin.
const PRIVATE_HEADERS = ["authorization", "cookie", "proxy-authorization"];

/** A request as `httpExchange` takes it. */
interface HttpRequest {
  uri: string;
  /** A GET request has none, a POST request has one. */
  body: string | undefined;
  /** With lower-case names. */
  headers: Record<string, string>;
  /** Agent and options for TLS. */
  connection: RequestOptions;
  /** The longest body that is accepted, in bytes. */
  maxLength: number;
  /** Whether the process may end while the request waits. */
  unref: boolean;
  /** Called with the `Set-Cookie` headers of each response. */
  onCookies: (headers: string[] | undefined) => void;
}

/** The outcome, in the form of an `XMLHttpRequest`, which users read from errors. */
export class HttpExchange {
  readyState = 1;
  /** 0 when there was no answer. */
  status = 0;
  /** The status message, or the error. */
  statusText: string | Error = "";
  responseText = "";
  #response?: IncomingMessage;
  #request?: ClientRequest;
  #redirects = 0;
  readonly #onEnd: (exchange: HttpExchange) => void;

  /** @param onEnd - called once, unless aborted */
  constructor(request: HttpRequest, onEnd: (exchange: HttpExchange) => void) {
    this.#onEnd = onEnd;
    this.#send(request, new URL(request.uri));
  }

  getResponseHeader(name: string): string | null {
    const value = this.#response?.headers[name.toLowerCase()];
    return value === undefined ? null : String(value);
  }

  getAllResponseHeaders(): string {
    const headers = Object.entries(this.#response?.headers ?? {});
    return headers.map(([name, value]) => `${name}: ${value}`).join("\r\n");
  }

  abort(): void {
    this.readyState = 0;
    this.#request?.destroy();
  }

  /** Aborts the request and reports it as failed. */
  expire(timeout: number): void {
    this.#request?.destroy();
    this.#fail(new Error(`no answer within ${timeout} ms`));
  }

  #send(request: HttpRequest, url: URL): void {
    const { body, connection, unref } = request;
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const headers = { accept: "*/*", ...request.headers };
    const req = send(url, { ...connection, method: body === undefined ? "GET" : "POST", headers });
    if (body !== undefined && !req.hasHeader("content-type")) {
      req.setHeader("content-type", "text/plain;charset=UTF-8");
    }
    this.#request = req;
    req.on("response", (res) => this.#receive(res, request, url));
    req.on("error", (err) => this.#fail(err));
    if (unref) req.on("socket", (socket) => socket.unref());
    req.end(body);
  }

  #receive(res: IncomingMessage, request: HttpRequest, url: URL): void {
    request.onCookies(res.headers["set-cookie"]);
    const { location } = res.headers;
    if (location && REDIRECTS.has(res.statusCode ?? 0)) {
      res.resume();
      this.#redirect(res.statusCode as number, location, request, url);
      return;
    }
    this.#response = res;
    const chunks: Buffer[] = [];
    let length = 0;
    res.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > request.maxLength)
        res.destroy(new Error(`response longer than ${request.maxLength} bytes`));
      else chunks.push(chunk);
    });
    res.on("error", (err) => this.#fail(err));
    res.on("end", () => {
      this.status = res.statusCode ?? 0;
      this.statusText = res.statusMessage ?? "";
      this.responseText = Buffer.concat(chunks).toString();
      this.#end();
    });
  }

  #redirect(status: number, location: string, request: HttpRequest, from: URL): void {
    try {
      const to = new URL(location, from);
      if (++this.#redirects > MAX_REDIRECTS) throw new Error("too many redirects");
      if (!/^https?:$/.test(to.protocol) || (from.protocol === "https:" && to.protocol === "http:")) {
        throw new Error(`redirect from ${from.protocol} to ${to.protocol}`);
      }
      const headers = { ...request.headers };
      if (to.origin !== from.origin) for (const name of PRIVATE_HEADERS) delete headers[name];
      // As browsers do: 307 and 308 repeat the request, the others ask with GET.
      const body = status === 307 || status === 308 ? request.body : undefined;
      this.#send({ ...request, headers, body }, to);
    } catch (err) {
      this.#fail(err as Error);
    }
  }

  #fail(err: Error): void {
    this.statusText = err;
    this.responseText = err.stack ?? String(err);
    this.#end();
  }

  #end(): void {
    if (this.readyState !== 1) return;
    this.readyState = 4;
    this.#onEnd(this);
  }
}

// Connections are dropped before common servers drop them, so that no request meets one that is being closed.
const IDLE_TIMEOUT = 4000;

/** An agent that keeps connections alive from one request to the next. */
export const createAgent = (secure: boolean): HttpAgent =>
  new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, timeout: IDLE_TIMEOUT });
