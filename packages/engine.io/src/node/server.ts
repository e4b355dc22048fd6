import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  validateHeaderName,
  validateHeaderValue,
} from "node:http";
import type { Duplex } from "node:stream";
import { BaseServer } from "../core/base-server.js";
import type { Headers } from "../core/contract.js";
import { ERRORS, type Refusal, refusalMessage, refuse } from "../core/errors.js";
import type { AttachOptions, ServerOptions } from "../core/options.js";
import { parseQuery } from "../core/query.js";
import { answer } from "../fetch/answer.js";
import { FetchRequest } from "../fetch/request.js";
import { lookAround } from "../fetch/runtime.js";
import { abortUpgrade } from "./abort-upgrade.js";
import { type AnyHttpServer, attachTo } from "./attach.js";
import { corsMiddleware } from "./cors-middleware.js";
import { NodeExchange, type NodeRequest } from "./http-exchange.js";
import { type Middleware, runMiddlewares } from "./middleware.js";
import { releaseUpgradeResponse, upgradeResponse } from "./upgrade-response.js";
import { deflatingFramer, type Framer } from "./websocket/deflated-frames.js";
import { openWebSocket } from "./websocket/open-websocket.js";
import { openingProblem } from "./websocket/opening.js";
import type { WebSocketLike } from "./websocket-like.js";
import { WsPeer } from "./ws-peer.js";
import { createWsServer, type WsServer } from "./ws-server.js";

/** What is remembered about an upgrade while the WebSocket is being set up. */
interface PendingUpgrade {
  id: string;
  headers: OutgoingHttpHeaders;
}

/**
 * An Engine.IO server on Node.js: HTTP long-polling and WebSocket.
 *
 * @example
 * const engine = new Server({ pingInterval: 10_000 });
 * engine.attach(httpServer, { path: "/engine.io" });
 * engine.on("connection", (socket) => socket.send("hello"));
 */
export class Server extends BaseServer<NodeRequest> {
  httpServer: AnyHttpServer | undefined;
  /** What speaks WebSocket where our own code does not: another module, or `ws` for its extension. */
  readonly #ws: WsServer | undefined;
  readonly #middlewares: Middleware[] = [];
  /** One for all connections, by which they share what it makes. */
  readonly #framer: Framer | undefined;
  readonly #pending = new WeakMap<IncomingMessage, PendingUpgrade>();

  /** @throws OptionError for an option that is wrong, with the code `ERR_INVALID_OPTION` or `ERR_UNSUPPORTED_OPTION` */
  constructor(options?: ServerOptions<NodeRequest>) {
    super(options, process.nextTick);
    const { cors, perMessageDeflate } = this.opts;
    this.#framer = perMessageDeflate ? deflatingFramer(perMessageDeflate) : undefined;
    if (cors) this.#middlewares.push(corsMiddleware(cors));
    if (this.opts.wsEngine === undefined && !this.opts.perMessageDeflate) return;
    this.#ws = createWsServer(this.opts);
    this.#ws.on("headers", (lines, request) => {
      this.#addUpgradeHeaders(lines, request as NodeRequest, this.#pending.get(request)?.headers);
    });
  }

  /**
   * Adds an Express-style middleware, which runs for every request, upgrades included.
   *
   * @example
   * engine.use(helmet());
   */
  use(middleware: Middleware): void {
    this.#middlewares.push(middleware);
  }

  /** Captures the requests below a path of an HTTP server; its other requests go where they went before. */
  attach(server: AnyHttpServer, options: AttachOptions = {}): void {
    this.httpServer = server;
    attachTo(server, options, {
      request: (request, response) => this.handleRequest(request, response),
      upgrade: (request, socket, head) => this.handleUpgrade(request, socket, head),
      close: () => this.close(),
      reopen: () => this.reopen(),
    });
  }

  /** Handles an HTTP request that is not an upgrade. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void {
    const prepared = this.prepare(request);
    const route = (error?: unknown): void => {
      if (!error) {
        this.route(new NodeExchange(prepared, response, this.opts.httpCompression));
        return;
      }
      const refusal = middlewareFailure(error);
      this.reportRefusal(prepared, refusal);
      if (response.headersSent) return;
      response.writeHead(400, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ code: refusal.code, message: refusalMessage(refusal) }));
    };
    if (this.#middlewares.length === 0) route();
    else runMiddlewares(this.#middlewares, prepared, response, route);
  }

  /**
   * Answers a request by `fetch`, for polling behind Hono and frameworks like it; a function that can be handed on as it is.
   * WebSockets come in by `handleUpgrade`. The `req` of events and options is the `IncomingMessage` if `env` has it as `incoming`,
   * else a `FetchRequest` of `engine.io/fetch`.
   *
   * @param env - what the framework has beside the request, `c.env` in Hono
   * @throws Error with the code `ERR_UNSUPPORTED` if there are middlewares from `use`, which cannot run here
   * @example
   * app.all("/engine.io/*", (c) => engine.fetch(c.req.raw, c.env));
   * serve(app).on("upgrade", (req, socket, head) => engine.handleUpgrade(req, socket, head));
   */
  readonly fetch = async (request: Request, env?: unknown): Promise<Response> => {
    if (this.#middlewares.length > (this.opts.cors ? 1 : 0)) {
      throw Object.assign(
        new Error(
          "the middlewares of engine.use() do not run for engine.fetch(): use those of the framework",
        ),
        { code: "ERR_UNSUPPORTED" },
      );
    }
    const around = lookAround(request, env);
    const prepared = around.incoming
      ? this.prepare(around.incoming as IncomingMessage)
      : (new FetchRequest(request, around.remoteAddress) as unknown as NodeRequest);
    return answer(request, prepared, around, {
      opts: this.opts,
      route: (exchange) => this.route(exchange),
      reportRefusal: (refused, refusal) => this.reportRefusal(refused, refusal),
    });
  };

  /** Handles an upgrade request: the arguments of an `upgrade` event. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const prepared = this.prepare(request);
    // A reset at any time before `ws` takes over must not be an uncaught error.
    socket.on("error", ignore);
    if (this.closed) {
      abortUpgrade(socket, 503, "Service Unavailable");
      return;
    }
    if (this.#middlewares.length === 0) {
      this.#admit(prepared, socket, head, {});
      return;
    }
    const response = upgradeResponse(prepared, socket);
    runMiddlewares(this.#middlewares, prepared, response, (error) => {
      if (response.headersSent || socket.destroyed) return;
      const headers = releaseUpgradeResponse(response, socket);
      if (error) this.#refuseUpgrade(prepared, socket, middlewareFailure(error));
      else this.#admit(prepared, socket, head, headers);
    });
  }

  /** Gives the request the `_query` that the engine reads. For hosts that upgrade by themselves. */
  prepare(request: IncomingMessage): NodeRequest {
    const prepared = request as NodeRequest;
    prepared._query ??= parseQuery(request.url);
    return prepared;
  }

  /** Takes a WebSocket that is open already. For hosts that upgrade by themselves; `handleUpgrade` calls it too. */
  onWebSocket(request: IncomingMessage, socket: Duplex, websocket: WebSocketLike): void {
    const prepared = this.prepare(request);
    const { perMessageDeflate } = this.opts;
    const compressFrom = perMessageDeflate ? (perMessageDeflate.threshold ?? 0) : Number.POSITIVE_INFINITY;
    const peer = new WsPeer(websocket, request.socket?.remoteAddress ?? "", compressFrom, this.#framer);
    socket.off("error", ignore);
    const pending = this.#pending.get(request);
    if (pending) {
      this.#pending.delete(request);
      this.connectPeer(prepared, peer, pending.id);
      return;
    }
    // What the client sends before the application has decided waits in the socket.
    websocket.pause?.();
    this.admitUpgrade(prepared, (refusal, id) => {
      websocket.resume?.();
      if (!refusal) return this.connectPeer(prepared, peer, id);
      this.reportRefusal(prepared, refusal);
      peer.close(1008, refusalMessage(refusal));
    });
  }

  /** Middlewares take the request and the response of Node.js, which there are none of. That of `cors` has nothing to say about it. */
  protected override get webTransportObstacle(): string | undefined {
    return this.#middlewares.length > (this.opts.cors ? 1 : 0)
      ? "WebTransport cannot be used together with middlewares"
      : undefined;
  }

  #admit(request: NodeRequest, socket: Duplex, head: Buffer, headers: OutgoingHttpHeaders): void {
    this.admitUpgrade(request, (refusal, id) => {
      if (socket.destroyed) return;
      if (this.closed) {
        abortUpgrade(socket, 503, "Service Unavailable");
        return;
      }
      if (refusal) return this.#refuseUpgrade(request, socket, refusal);
      if (!this.#ws) return this.#takeSocket(request, socket, head, { id, headers });
      this.#pending.set(request, { id, headers });
      this.#ws.handleUpgrade(request, socket, head, (websocket) =>
        this.onWebSocket(request, socket, websocket),
      );
    });
  }

  #takeSocket(request: NodeRequest, socket: Duplex, head: Buffer, { id, headers }: PendingUpgrade): void {
    const problem = openingProblem(request);
    if (problem) {
      abortUpgrade(socket, problem.status, problem.message, problem.headers);
      return;
    }
    openWebSocket(request, socket, {
      head,
      maxPayload: this.opts.maxHttpBufferSize,
      addHeaders: (lines) => this.#addUpgradeHeaders(lines, request, headers),
      take: (peer) => {
        socket.off("error", ignore);
        this.connectPeer(request, peer, id);
      },
    });
  }

  #refuseUpgrade(request: NodeRequest, socket: Duplex, refusal: Refusal): void {
    this.reportRefusal(request, refusal);
    abortUpgrade(socket, 400, refusalMessage(refusal));
  }

  #addUpgradeHeaders(lines: string[], request: NodeRequest, given: OutgoingHttpHeaders | undefined): void {
    const headers = { ...given } as Headers;
    this.decorate(headers, request, "");
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      for (const one of Array.isArray(value) ? value : [String(value)]) {
        validateHeaderValue(name, one);
        lines.push(`${name}: ${one}`);
      }
    }
  }
}

function middlewareFailure(error: unknown): Refusal {
  return refuse(ERRORS.BAD_REQUEST, { name: "MIDDLEWARE_FAILURE", error });
}

function ignore(): void {}
