// biome-ignore-all lint/suspicious/noExplicitAny: reason: `data` is of any shape unless the application says so
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Server as EngineServer } from "engine.io";
import { Adapter, SessionAwareAdapter } from "socket.io-adapter";
import * as parser from "socket.io-parser";
import type { DefaultEventsMap, EventsMap } from "typed-emitter";
import { ClassicServer } from "../classic/classic-server.js";
import { Client } from "../client/client.js";
import type { EngineLike } from "../client/connection.js";
import type { PacketEncoder, Parser } from "../client/parser-contract.js";
import { PreparedCache } from "../client/prepared-cache.js";
import type { NamespaceContract, ServerContract, SocketContract } from "../contract.js";
import { codedError } from "../errors.js";
import { emitIsolated } from "../listeners/emit-isolated.js";
import { type ErrorHandler, ErrorHook } from "../listeners/error-hook.js";
import { DynamicNamespaces, type ParentNspNameMatchFn } from "../namespace/dynamic-namespaces.js";
import { Namespace as NamespaceClass } from "../namespace/namespace.js";
import { ParentNamespace } from "../namespace/parent-namespace.js";
import { makeAdapter } from "./adapter-factory.js";
import { Attachment } from "./attachment.js";
import type { ClientFiles } from "./client-files/contract.js";
import type { Drain, DrainOptions, DrainResult } from "./drain.js";
import { startDrain } from "./draining.js";
import { closeHttpServer, type HttpServerInstance, isHttpServer, toHttpServer } from "./http-server.js";
import {
  type AdapterConstructor,
  DEFAULTS,
  type ResolvedServerOptions,
  resolveServerOptions,
  type ServerOptions,
} from "./server-options.js";

/**
 * Creates a server of its own, or attaches to one.
 *
 * @example
 * const io = new Server(httpServer, { cors: { origin: "https://example.com" } });
 * io.on("connection", (socket) => socket.emit("hello", "world"));
 */
export class Server<
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents,
    ServerSideEvents extends EventsMap = DefaultEventsMap,
    SocketData = any,
    Socket extends SocketContract = SocketContract,
    Namespace extends NamespaceClass<ListenEvents, EmitEvents, ServerSideEvents, SocketData, any, any> = any,
  >
  extends ClassicServer<ListenEvents, EmitEvents, ServerSideEvents, SocketData, Socket, Namespace>
  implements ServerContract
{
  /** The main namespace, `/`. */
  sockets: Namespace;
  /** The engine in use: that of `attach`, or the one given to `bind`. */
  declare engine: EngineServer;
  declare httpServer: HttpServerInstance;
  /** The options that were given. */
  readonly opts: ResolvedServerOptions;
  readonly encoder: PacketEncoder;
  readonly _parser: Parser;
  readonly _nsps = new Map<string, Namespace>();
  readonly _prepared = new PreparedCache();
  readonly _errors: ErrorHook;
  _drain: Drain | undefined;
  readonly #dynamic = new DynamicNamespaces<ParentNamespace>();
  #attachment: Attachment | undefined;
  #admitAgain: (() => void) | undefined;
  #adapter: AdapterConstructor;
  #serveClient: boolean;
  #path = "";
  _connectTimeout: number;

  /**
   * @param srv - an HTTP, HTTPS or HTTP/2 server, or a port to listen on; options alone to attach later
   * @throws Error with code `ERR_INVALID_OPTION`
   */
  constructor(opts?: Partial<ServerOptions>);
  constructor(srv?: HttpServerInstance | number, opts?: Partial<ServerOptions>);
  constructor(srv?: HttpServerInstance | number | Partial<ServerOptions>, opts?: Partial<ServerOptions>);
  constructor(srv?: HttpServerInstance | number | Partial<ServerOptions>, opts?: Partial<ServerOptions>) {
    super();
    const optionsOnly = typeof srv === "object" && srv !== null && !isHttpServer(srv);
    this.opts = resolveServerOptions(optionsOnly ? (srv as Partial<ServerOptions>) : opts);
    this._errors = new ErrorHook(this.opts.onError, this.opts.ackErrors ?? false);
    this.path(this.opts.path ?? DEFAULTS.path);
    this._connectTimeout = this.opts.connectTimeout ?? DEFAULTS.connectTimeout;
    this.#serveClient = this.opts.serveClient ?? DEFAULTS.serveClient;
    this._parser = this.opts.parser ?? parser;
    this.encoder = new this._parser.Encoder();
    this.#adapter = this.opts.adapter ?? (this.opts.connectionStateRecovery ? SessionAwareAdapter : Adapter);
    this.sockets = this.of("/") as Namespace;
    if ((srv || srv === 0) && !optionsOnly) this.attach(srv as HttpServerInstance | number);
  }

  get _opts(): ResolvedServerOptions {
    return this.opts;
  }

  /** Whether the browser bundles are served. Only read by `attach`. */
  serveClient(v: boolean): this;
  serveClient(): boolean;
  serveClient(v?: boolean): this | boolean;
  serveClient(v?: boolean): this | boolean {
    if (v === undefined) return this.#serveClient;
    this.#serveClient = v;
    return this;
  }

  /** The path that is served. Only read by `attach`. */
  path(v: string): this;
  path(): string;
  path(v?: string): this | string;
  path(v?: string): this | string {
    if (v === undefined) return this.#path;
    this.#path = v.replace(/\/$/, "");
    return this;
  }

  /** How many milliseconds a client has to join a namespace. */
  connectTimeout(v: number): this;
  connectTimeout(): number;
  connectTimeout(v?: number): this | number;
  connectTimeout(v?: number): this | number {
    if (v === undefined) return this._connectTimeout;
    this._connectTimeout = v;
    return this;
  }

  /** The adapter of the namespaces, those that exist included. */
  adapter(): AdapterConstructor | undefined;
  adapter(v: AdapterConstructor): this;
  adapter(v?: AdapterConstructor): AdapterConstructor | undefined | this {
    if (v === undefined) return this.#adapter;
    this.#adapter = v;
    for (const nsp of this._nsps.values()) nsp._initAdapter();
    return this;
  }

  /** Same as `attach`. */
  listen(srv: HttpServerInstance | number, opts?: Partial<ServerOptions>): this {
    return this.attach(srv, opts);
  }

  /**
   * Attaches to an HTTP server, or creates one and listens on a port.
   *
   * @param opts - more options for the engine; those of the constructor win
   * @throws Error with code `ERR_INVALID_HTTP_SERVER` or `ERR_INVALID_OPTION`
   */
  attach(srv: HttpServerInstance | number, opts: Partial<ServerOptions> = {}): this {
    const server = toHttpServer(srv);
    const options = { ...opts, ...this.opts, path: this.opts.path ?? opts.path ?? this.#path };
    this.#attachment = new Attachment(server, options, this.#serveClient ? this._clientFiles() : undefined);
    this.httpServer = server;
    return this.bind(this.#attachment.engine);
  }

  _setOption(name: keyof ServerOptions, value: unknown): void {
    Object.assign(this.opts, { [name]: value });
    if (name === "path") this.path(value as string);
    if (name === "serveClient") this.#serveClient = Boolean(value);
    const attachment = this.#attachment;
    if (!attachment) return;
    if (name === "transports") {
      attachment.change(name, value);
    } else if (attachment.engine.clientsCount === 0) {
      attachment.undo();
      this.attach(this.httpServer);
    } else {
      process.emitWarning(
        `"${name}" was changed after clients had connected, and has no effect: set it before`,
        { code: "SOCKET_IO_SET_TOO_LATE" },
      );
    }
  }

  /** Answers a request with a file: `ETag`, compression and all. */
  static async sendFile(filename: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { sendFile } = await import("./client-files/handler.js");
    await sendFile(filename, req, res);
  }

  /** The browser bundles, which this package has none of. To be overridden. */
  protected _clientFiles(): ClientFiles | undefined {
    return undefined;
  }

  /** @throws Error with code `ERR_UNSUPPORTED`: there is no engine for uWebSockets.js yet */
  attachApp(_app: unknown, _opts?: Partial<ServerOptions>): void {
    throw codedError(
      "ERR_UNSUPPORTED",
      "attachApp() is not available: attach to a node:http server, or bind() an engine for uWebSockets.js",
    );
  }

  /**
   * Sets the handler for errors of listeners, middleware and acknowledgement callbacks, async ones included; `undefined` takes it
   * away. With it none of them is an `uncaughtException` or `unhandledRejection`, without it all of them are.
   *
   * @example
   * io.onError((error, { code, event, socket }) => logger.error({ error, code, event, id: socket?.id }));
   */
  onError(handler: ErrorHandler<Socket, Namespace> | undefined): this {
    this._errors.handler = handler;
    return this;
  }

  /** Takes the connections of an engine. */
  bind(engine: EngineLike): this {
    this.engine = engine as EngineServer;
    engine.on("connection", (conn) => {
      if (this._drain) conn.close();
      else new Client(this, conn);
    });
    return this;
  }

  /**
   * The namespace of that name; or, for a regular expression or a function, the parent of those that it allows to be made when a
   * client asks for them.
   *
   * @param fn - a listener for connections
   * @throws Error with code `ERR_STATEFUL_REGEXP` for a regular expression with the flag `g` or `y`
   * @example
   * io.of("/chat").on("connection", (socket) => {});
   * io.of(/^\/dynamic-\d+$/).on("connection", (socket) => socket.nsp.name);
   */
  of(name: string | RegExp | ParentNspNameMatchFn, fn?: (socket: Socket) => void): Namespace {
    const nsp =
      typeof name === "function" || name instanceof RegExp
        ? this.#dynamic.of(name, (parentName) => new ParentNamespace(this as ServerContract, parentName))
        : this.#named(String(name));
    if (fn) (nsp as Namespace).on("connect", fn as never);
    return nsp as Namespace;
  }

  #named(given: string): NamespaceContract {
    const name = given.startsWith("/") ? given : `/${given}`;
    const known = this._nsps.get(name);
    if (known) return known;
    const parent = this.#dynamic.parentOf(name);
    if (parent) return parent.createChild(name);
    const nsp = new NamespaceClass(this as ServerContract, name);
    this._addNamespace(nsp as never);
    return nsp;
  }

  _addNamespace(nsp: Namespace): void {
    this._nsps.set(nsp.name, nsp);
    if (nsp.name === "/") return;
    emitIsolated(this.sockets, "new_namespace", [nsp], this._errors, { kind: "new-namespace", nsp });
  }

  _createAdapter(nsp: NamespaceContract): Adapter {
    return makeAdapter(this.#adapter, nsp);
  }

  _checkNamespace(
    name: string,
    auth: Record<string, unknown>,
    callback: (nsp: NamespaceContract | false) => void,
  ): void {
    this.#dynamic.find(name, auth, (existing) => this._nsps.get(existing), callback);
  }

  /**
   * Makes the clients move to another server: refuses new connections, and closes those that there are spread over a while, each
   * when no acknowledgement is waited for, by either side. Clients reconnect by themselves, elsewhere. What is left at the deadline
   * is closed at once. `close()` does the rest.
   *
   * @throws Error with code `ERR_INVALID_OPTION`
   * @example
   * process.once("SIGTERM", async () => {
   *   const { closed, forced } = await io.drain({ deadline: 30_000, jitter: 10_000 });
   *   await io.close();
   * });
   */
  drain(options?: DrainOptions): Promise<DrainResult> {
    if (this._drain) return this._drain.done;
    const [drain, admitAgain] = startDrain(this.engine, this._nsps.values(), options);
    this._drain = drain;
    this.#admitAgain = admitAgain;
    return drain.done;
  }

  /**
   * Disconnects every client, closes the adapters, the engine and the HTTP server. Safe in any state.
   *
   * @param fn - called when all is closed, with the error of the HTTP server if it was not listening
   */
  async close(fn?: (err?: Error) => void): Promise<void> {
    await Promise.all(
      [...this._nsps.values()].map((nsp) => {
        for (const socket of [...nsp.sockets.values()] as SocketContract[])
          socket._onclose("server shutting down");
        return nsp._closeAdapter();
      }),
    );
    (this.engine as EngineLike | undefined)?.close?.();
    this.#admitAgain?.();
    this._drain = undefined;
    const error = this.httpServer && (await closeHttpServer(this.httpServer));
    fn?.(error);
  }
}
