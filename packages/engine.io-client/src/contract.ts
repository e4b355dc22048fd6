import type { BinaryType, Packet } from "engine.io-parser";
import type { CookieJar } from "./node/cookie-jar.js";

/** How to connect. Everything is optional; an object given here is never changed. */
export interface SocketOptions {
  /** The host to connect to. Set from the URI when there is one. */
  host?: string;
  /** Same as `host`, without a port. @default the page's host, or "localhost" */
  hostname?: string;
  /** Whether to use TLS. Set from the URI when there is one. @default that of the page */
  secure?: boolean;
  /** @default 443 or 80 */
  port?: string | number;
  /** Parameters for the query string. Those of the URI come before these. */
  // biome-ignore lint/suspicious/noExplicitAny: reason: any value that has a text form
  query?: string | { [key: string]: any };
  /**
   * `http.Agent` or `https.Agent` for all requests (Node.js); `false` for a new connection for each request.
   * @default an agent of its own that keeps connections alive
   */
  agent?: object | string | boolean;
  /** Whether to move from long-polling to a better transport. @default true */
  upgrade?: boolean;
  /** Sends binary data as base64 text. @default false */
  forceBase64?: boolean;
  /** The query parameter of the timestamp. @default "t" */
  timestampParam?: string;
  /** Whether to make each address unique. @default true for polling, false for the others */
  timestampRequests?: boolean;
  /**
   * The transports, by name or class. The first one opens the connection, the others are used to upgrade it.
   *
   * Without this option, and unless `upgrade` is `false`, WebSocket opens the connection. Long-polling takes over at once when
   * that fails, and is tried beside it when it has not opened within 100 milliseconds.
   * @default all
   */
  transports?: readonly (TransportName | TransportCtor)[];
  /** The transports as classes; wins over `transports`. */
  transportImplementations?: readonly TransportCtor[];
  /** When the first transport cannot connect, tries the next. @default false */
  tryAllTransports?: boolean;
  /** Starts with WebSocket when the connection before this one succeeded over it. @default false */
  rememberUpgrade?: boolean;
  /** Milliseconds after which an HTTP request of the polling transport fails, 0 for never. @default 0 */
  requestTimeout?: number;
  /** More options for one transport, by its name. */
  transportOptions?: { [name: string]: object | undefined };
  /** Certificate and private key in PFX form (Node.js, as all options for TLS). */
  pfx?: string | Uint8Array;
  /** Private key in PEM form. */
  key?: string | Uint8Array;
  /** Passphrase of `key` or `pfx`. */
  passphrase?: string;
  /** Certificate in PEM form. */
  cert?: string | Uint8Array;
  /** Certificates of the authorities to trust, in place of the well-known ones. */
  ca?: string | Uint8Array | (string | Uint8Array)[];
  /** Cipher suites, in the form of OpenSSL. */
  ciphers?: string;
  /** Whether the server's certificate must be valid. @default true */
  rejectUnauthorized?: boolean;
  /** Headers for every request. Browsers do not send them with a WebSocket. */
  extraHeaders?: { [header: string]: string };
  /** Whether to send cookies to another origin; in Node.js, to keep and return those that the server sets. @default false */
  withCredentials?: boolean;
  /** Whether to close when the page is left. @default false */
  closeOnBeforeunload?: boolean;
  /** Whether to use the timers that were there at the start, whatever has replaced them. @default false */
  useNativeTimers?: boolean;
  /** Whether the process may end while this connection is open (Node.js). @default false */
  autoUnref?: boolean;
  /** Compression of WebSocket messages, as in the `ws` package; `false` to disable. @default { threshold: 1024 } */
  perMessageDeflate?: boolean | { threshold?: number };
  /** The path of the server. @default "/engine.io" */
  path?: string;
  /** Whether the path ends with a slash. @default true */
  addTrailingSlash?: boolean;
  /** WebSocket subprotocols. */
  protocols?: string | string[];
}

/** What a transport sees of the socket it works for. */
export interface TransportSocket {
  binaryType: BinaryType;
  /** The cookies of the server, kept by the transports for Node.js when `withCredentials` is set. */
  _cookieJar?: CookieJar;
}

/** What a transport is constructed with: the socket's options, those of `transportOptions` for it, and where to connect. */
export interface TransportOptions extends Omit<SocketOptions, "query"> {
  query: Record<string, string>;
  socket: TransportSocket;
  hostname: string;
  secure: boolean;
  port: string | number;
  path: string;
  timestampParam: string;
}

/** What the options need to know of a transport; every `Transport` is one. */
interface TransportLike {
  readonly name: string;
  readonly writable: boolean;
  open(): unknown;
  close(): unknown;
  send(packets: Packet[]): void;
}

export type TransportName = "polling" | "websocket" | "webtransport" | (string & {});
export type TransportCtor = new (opts: TransportOptions) => TransportLike;
export type TransportsByName = { readonly [name: string]: TransportCtor };
