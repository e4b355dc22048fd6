import { TypedEmitter } from "typed-emitter";
import { Polling, type PollingHost } from "../transports/polling.js";
import { TEXT_PAYLOADS } from "../transports/polling-format.js";
import { pollingFormat, WebSocket3 } from "../transports/protocol-3/index.js";
import { WebSocket } from "../transports/websocket.js";
import type {
  Defer,
  EngineRequest,
  Headers,
  HttpExchange,
  HttpResponse,
  Packet,
  Peer,
  TransportName,
} from "./contract.js";
import { setCookie } from "./cookie.js";
import { DeadlineQueue } from "./deadline-queue.js";
import {
  ERROR_MESSAGES,
  ERRORS,
  type ErrorCode,
  type ErrorContext,
  type Refusal,
  refusalMessage,
} from "./errors.js";
import { isBufferFull, TOO_SLOW } from "./flow-control.js";
import { FlushScheduler } from "./flush-scheduler.js";
import { admit } from "./handshake.js";
import { randomId } from "./ids.js";
import { MAX_DELAY, type ResolvedOptions, resolveServerOptions, type ServerOptions } from "./options.js";
import { checkOrigin } from "./origins.js";
import type { Session } from "./session.js";
import type { SessionHost } from "./session-host.js";
import { Socket } from "./socket.js";
import type { Transport } from "./transport.js";
import { requestedProtocol, verify } from "./verify.js";
import { WebTransportEntrance } from "./webtransport-entrance.js";
import type { WebTransportRequest, WebTransportSession } from "./webtransport-session.js";

/** How long a closing polling transport waits, in milliseconds, for the poll that takes its close packet. */
const CLOSE_TIMEOUT = 30_000;

/** Of how many polling sessions it is remembered that their clients were too slow. */
const REMEMBERED = 1000;

/** Where a session may move to, in the order in which clients are told. */
const UPGRADES: readonly TransportName[] = ["websocket", "webtransport"];

const SERVICE_UNAVAILABLE: HttpResponse = {
  status: 503,
  headers: { "Content-Type": "application/json" },
  body: '{"message":"Service Unavailable"}',
};

/** What `connection_error` tells about a refused request. */
export interface ConnectionError<Request = EngineRequest> {
  req: Request;
  code: ErrorCode;
  message: string;
  context: ErrorContext;
}

export type ServerEvents<Request extends EngineRequest> = {
  connection: (socket: Socket<Request>) => void;
  /** The headers of the first response of a session, which may be changed. */
  initial_headers: (headers: Headers, request: Request) => void;
  /** The headers of each response, which may be changed. */
  headers: (headers: Headers, request: Request) => void;
  /** A request was refused. */
  connection_error: (error: ConnectionError<Request>) => void;
  flush: (socket: Socket<Request>, packets: Packet[]) => void;
  drain: (socket: Socket<Request>) => void;
};

/** The engine without a runtime: sessions, and which request belongs to which. */
export abstract class BaseServer<Request extends EngineRequest = EngineRequest> extends TypedEmitter<
  ServerEvents<Request>
> {
  static readonly errors = ERRORS;
  static readonly errorMessages = ERROR_MESSAGES;

  readonly opts: ResolvedOptions<Request>;
  /** The sockets by their id. */
  readonly clients: Record<string, Socket<Request>> = Object.create(null);
  clientsCount = 0;
  #closed = false;
  readonly #sessions = new Map<string, Session<Socket<Request>>>();
  /** Sessions whose clients, when they poll again, are told that they were too slow. */
  readonly #tooSlow = new Set<string>();
  readonly #host: SessionHost<Socket<Request>>;
  readonly #polling: PollingHost;
  readonly #webTransport: WebTransportEntrance<Request>;

  constructor(options: ServerOptions<Request> | undefined, defer: Defer) {
    super();
    this.opts = resolveServerOptions(options);
    const { pingInterval, pingTimeout, upgradeTimeout, maxHttpBufferSize } = this.opts;
    this.#host = {
      opts: this.opts,
      scheduler: new FlushScheduler(defer),
      heartbeat: {
        untilPing: new DeadlineQueue(pingInterval),
        untilTimeout: new DeadlineQueue(pingTimeout),
        betweenPings: new DeadlineQueue(Math.min(pingInterval + pingTimeout, MAX_DELAY)),
      },
      upgradeDeadlines: new DeadlineQueue(upgradeTimeout),
      upgrades: ({ name, protocol }) =>
        this.upgrades(name).filter((to) => protocol === 4 || to === "websocket"),
      wantsFlush: () => this.hasListeners("flush"),
      onFlush: (socket, packets) => this.emit("flush", socket, packets),
      onDrain: (socket) => this.emit("drain", socket),
      onClose: (socket, error) => this.#forget(socket, error),
    };
    this.#polling = {
      maxHttpBufferSize,
      closeDeadlines: new DeadlineQueue(CLOSE_TIMEOUT),
      decorate: (headers, request, sid) => this.decorate(headers, request as Request, sid),
    };
    const effects = {
      isClosed: () => this.#closed,
      find: (sid: string) => this.#sessions.get(sid),
      refused: (request: Request, refusal: Refusal) => this.reportRefusal(request, refusal),
      connect: (id: string, request: Request, remoteAddress: string, transport: Transport) =>
        this.#open(this.#createSession(id, request, remoteAddress, transport)),
    };
    this.#webTransport = new WebTransportEntrance(this, effects, this.#host.upgradeDeadlines);
  }

  /** The transports that a session may move to from `transport`. */
  upgrades(transport: TransportName): TransportName[] {
    const { allowUpgrades, transports } = this.opts;
    return allowUpgrades && transport === "polling" ? UPGRADES.filter((to) => transports.includes(to)) : [];
  }

  /**
   * Makes the id of a new session; replace it to make your own. Ids must be unique and hard to guess.
   *
   * @example
   * engine.generateId = async (req) => (await lookUp(req)).id;
   */
  generateId(_request: Request): string | PromiseLike<string> {
    return randomId();
  }

  /** What is wrong with the id that `generateId` gave, if anything. For engines whose ids have a meaning. */
  idProblem(id: string): string | undefined {
    return this.clients[id] ? `${id} is the id of another session` : undefined;
  }

  /** Closes all sockets, with the reason "forced close", and refuses new ones until `reopen`. */
  close(): this {
    this.#closed = true;
    this.#webTransport.close();
    for (const session of [...this.#sessions.values()]) session.close(true);
    return this;
  }

  protected get closed(): boolean {
    return this.#closed;
  }

  protected reopen(): void {
    this.#closed = false;
  }

  /** Answers an HTTP request that is not an upgrade. */
  protected route(exchange: HttpExchange<Request>): void {
    const { request } = exchange;
    if (this.#closed) {
      exchange.respond(SERVICE_UNAVAILABLE);
      return;
    }
    const refusal = this.#verify(request, false);
    if (refusal) {
      this.#refuse(exchange, refusal);
      return;
    }
    const { sid } = request._query;
    if (sid) {
      // Verified: the session exists, and polls.
      const { transport } = this.#sessions.get(sid) as Session<Socket<Request>>;
      (transport as Polling).onRequest(exchange);
      return;
    }
    admit(this, request, (refusal, id) => {
      if (!exchange.isOpen) return;
      if (this.#closed) {
        exchange.respond(SERVICE_UNAVAILABLE);
        return;
      }
      if (refusal) {
        this.#refuse(exchange, refusal);
        return;
      }
      const protocol = requestedProtocol(request);
      const format = this.opts.allowEIO3 ? pollingFormat(protocol, request._query) : TEXT_PAYLOADS;
      const transport = new Polling(protocol, id, this.#polling, format);
      const session = this.#createSession(id, request, exchange.remoteAddress, transport);
      transport.onRequest(exchange);
      this.#open(session);
    });
  }

  /**
   * Decides about an upgrade request: `done(refusal)`, or `done(undefined, id)` with the id of the session to create, which is
   * empty when the request belongs to a session that exists.
   */
  protected admitUpgrade(request: Request, done: (refusal: Refusal | undefined, id: string) => void): void {
    const refusal = this.#verify(request, true);
    if (refusal) done(refusal, "");
    else if (request._query.sid)
      checkOrigin(this.opts.allowedOrigins, request, (refused) => done(refused, ""));
    else admit(this, request, done);
  }

  /** Takes a WebSocket, for the session that the request names or for a new one with the given id. */
  protected connectPeer(request: Request, peer: Peer, id: string): void {
    const protocol = requestedProtocol(request);
    const { sid, b64 } = request._query;
    const Class = protocol === 3 ? WebSocket3 : WebSocket;
    const transport = new Class(protocol, sid ?? id, peer, !b64);
    if (!sid) {
      if ((protocol === 3 && !this.opts.allowEIO3) || this.#closed || this.#sessions.has(id)) {
        transport.terminate();
        return;
      }
      this.#open(this.#createSession(id, request, peer.remoteAddress, transport));
      return;
    }
    // Looked up again: while the WebSocket was being set up the session may have ended.
    const session = this.#sessions.get(sid);
    if (!session || session.transport.protocol !== protocol || !this.opts.allowUpgrades)
      transport.terminate();
    else session.tryUpgrade(transport);
  }

  /**
   * Takes a WebTransport session that a host for HTTP/3 has accepted. `allowRequest` and `allowedOrigins` decide about it as about
   * any other, by what the host knows of its request.
   *
   * @param known - the URL, the headers and the address of the client, as far as the host has them
   * @example
   * const session = await Deno.upgradeWebTransport(await incoming.accept());
   * engine.onWebTransportSession(session, { url: session.url });
   */
  onWebTransportSession(session: WebTransportSession, known: WebTransportRequest = {}): void {
    this.#webTransport.enter(session, known, this.webTransportObstacle);
  }

  /** Why WebTransport cannot be served, if there is a reason. */
  protected get webTransportObstacle(): string | undefined {
    return undefined;
  }

  /** Lets the application see the headers of a response before they are sent. `sid` is empty when there is no session yet. */
  protected decorate(headers: Headers, request: Request, sid: string): void {
    if (!request._query.sid) {
      const { resolvedCookie } = this.opts;
      if (resolvedCookie && sid) headers["set-cookie"] = setCookie(resolvedCookie, sid);
      if (this.hasListeners("initial_headers")) this.emit("initial_headers", headers, request);
    }
    if (this.hasListeners("headers")) this.emit("headers", headers, request);
  }

  protected reportRefusal(request: Request, { code, context }: Refusal): void {
    this.emit("connection_error", { req: request, code, message: ERROR_MESSAGES[code], context });
  }

  #verify(request: Request, upgrade: boolean): Refusal | undefined {
    const refusal = verify(request, upgrade, {
      transports: this.opts.transports,
      allowEIO3: this.opts.allowEIO3,
      find: (sid) => this.#sessions.get(sid),
    });
    if (refusal?.code === ERRORS.UNKNOWN_SID && this.#tooSlow.has(request._query.sid as string)) {
      refusal.context.message = `Session closed: ${TOO_SLOW}`;
    }
    return refusal;
  }

  #refuse(exchange: HttpExchange<Request>, refusal: Refusal): void {
    this.reportRefusal(exchange.request, refusal);
    exchange.respond({
      status: refusal.code === ERRORS.FORBIDDEN ? 403 : 400,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code: refusal.code, message: refusalMessage(refusal) }),
    });
  }

  #createSession(
    id: string,
    request: Request,
    remoteAddress: string,
    transport: Transport,
  ): Session<Socket<Request>> {
    const socket = new Socket<Request>({
      id,
      request,
      remoteAddress,
      transport,
      server: this,
      host: this.#host,
    });
    const session = Socket.sessionOf(socket);
    this.#sessions.set(id, session);
    this.clients[id] = socket;
    this.clientsCount++;
    return session;
  }

  #open(session: Session<Socket<Request>>): void {
    session.open();
    this.emit("connection", session.socket);
  }

  #forget(socket: Socket<Request>, error: unknown): void {
    if (!this.#sessions.delete(socket.id)) return;
    if (isBufferFull(error) && socket.transport.name === "polling") this.#rememberSlow(socket.id);
    delete this.clients[socket.id];
    this.clientsCount--;
  }
  #rememberSlow(sid: string): void {
    if (this.#tooSlow.size >= REMEMBERED) {
      for (const oldest of this.#tooSlow) {
        this.#tooSlow.delete(oldest);
        break;
      }
    }
    this.#tooSlow.add(sid);
  }
}
