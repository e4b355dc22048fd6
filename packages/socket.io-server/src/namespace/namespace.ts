// biome-ignore-all lint/suspicious/noExplicitAny: reason: `data` and errors are of any shape unless the application says so
import type { Session, SocketId } from "socket.io-adapter";
import type { DefaultEventsMap, EventsMap } from "typed-emitter";
import { isLegacy } from "../client/protocol-3.js";
import type {
  ClientContract,
  ConnectionAttempt,
  NamespaceContract,
  ServerContract,
  SocketContract,
} from "../contract.js";
import { checkValue } from "../guards/schema-check.js";
import type { Contract } from "../guards/schema-contract.js";
import { emitIsolated } from "../listeners/emit-isolated.js";
import { type Middleware, runMiddleware, toError } from "../listeners/middleware.js";
import { ReceiptBook } from "../socket/receipts.js";
import { Socket as SocketClass } from "../socket/socket.js";
import { NamespaceEmitter } from "./namespace-emitter.js";
import { recoverSession } from "./recover-session.js";

/** An error whose `data` is sent to the client that a middleware refuses. */
export interface ExtendedError extends Error {
  data?: any;
}

/**
 * A communication channel over the connections of the server, with sockets, rooms and middleware of its own.
 *
 * @example
 * const orders = io.of("/orders");
 * orders.on("connection", (socket) => socket.join("admins"));
 * orders.to("admins").emit("order:created", { id: 1 });
 */
export class Namespace<
    ListenEvents extends EventsMap = DefaultEventsMap,
    EmitEvents extends EventsMap = ListenEvents,
    ServerSideEvents extends EventsMap = DefaultEventsMap,
    SocketData = any,
    Socket extends SocketContract = SocketContract,
    Server extends ServerContract = ServerContract,
  >
  extends NamespaceEmitter<EmitEvents, ServerSideEvents, SocketData, Socket>
  implements NamespaceContract
{
  readonly name: string;
  readonly server: Server;
  /** The connected sockets by id. */
  readonly sockets = new Map<SocketId, Socket>();
  /** The id of the next acknowledgement; adapters count on. */
  _ids = 0;
  /** The middleware, in order. */
  readonly _middleware: Middleware<any>[] = [];
  /** What clients may send. */
  _contract: Contract | undefined;
  /** Called when the last socket has gone and none is on its way in. */
  _onEmpty: (() => void) | undefined;
  #attempts = 0;
  readonly _sessions = new Map<string, SocketClass>();
  readonly _receipts = new ReceiptBook();
  /** The sessions that are being restored and whose sockets are not in yet. */
  readonly #restoring = new Set<SocketId>();

  constructor(server: Server, name: string) {
    super();
    this.server = server;
    this.name = name;
    this._initAdapter();
  }

  /** Makes the adapter, in the place of the one there may be. */
  _initAdapter(): void {
    if (this.adapter) this._closeAdapter();
    this.adapter = this.server._createAdapter(this);
    Promise.resolve(this.adapter.init()).catch(this.#adapterFailed);
  }

  _closeAdapter(): Promise<void> {
    return Promise.resolve(this.adapter.close()).catch(this.#adapterFailed);
  }

  readonly #adapterFailed = (error: unknown): void => {
    process.emitWarning(`the adapter of the namespace ${this.name} failed: ${error}`, {
      code: "ERR_ADAPTER_FAILED",
    });
  };

  /**
   * Adds a middleware, run for each socket that wants to join the namespace. It lets the socket in with `next()` and refuses it with
   * `next(error)`; the client is told the error's `message` and `data`. One that throws or rejects refuses too.
   *
   * @example
   * io.of("/admin").use((socket, next) => {
   *   if (isAdmin(socket.handshake.auth.token)) next();
   *   else next(new Error("unauthorized"));
   * });
   */
  use(fn: (socket: Socket, next: (err?: ExtendedError) => void) => void): this {
    this._middleware.push(fn);
    return this;
  }

  /**
   * Has what clients send validated on arrival, by the schemas of any library that implements Standard Schema. What does not pass
   * reaches no listener and no middleware; who waits for its acknowledgement gets `{ error: { code, message, issues } }`.
   *
   * @returns the namespace, with types from the schemas
   * @example
   * const orders = io.of("/orders").contract({
   *   auth: z.object({ token: z.string() }),
   *   events: { create: { args: [z.object({ item: z.string() })], ack: z.number() } },
   * });
   */
  contract(contract: Contract): any {
    this._contract = contract;
    return this;
  }

  /** An event that another server has sent: how adapters hand it over. */
  _onServerSideEmit(args: [string, ...any[]]): void {
    emitIsolated(this, args[0], args.slice(1), this.server._errors, { kind: "server-side-event", nsp: this });
  }

  /** Lets a client in, or not. */
  _add(client: ClientContract, auth: Record<string, unknown>, attempt: ConnectionAttempt): void {
    this.#attempts++;
    const schema = this._contract?.auth;
    if (!schema) {
      this.#enter(client, auth, attempt);
      return;
    }
    // What is the protocol's is not the application's to judge.
    const { retryId, ...theirs } = auth;
    const { pid, offset, ...rest } = theirs;
    const { connectionStateRecovery: recovers } = this.server.opts;
    const own = { ...(recovers && { pid, offset }), ...(retryId !== undefined && { retryId }) };
    const checked = checkValue("auth", schema, recovers ? rest : theirs);
    Promise.resolve(checked).then((result) => {
      if ("error" in result) {
        const { code, issues } = result.error;
        const error = Object.assign(result.error, { data: { code, issues } });
        this.#refuse(client, auth, attempt, error, "contract");
      } else {
        this.#enter(client, { ...(result.value as object), ...own }, attempt);
      }
    });
  }

  #refuse(
    client: ClientContract,
    auth: Record<string, unknown>,
    attempt: ConnectionAttempt,
    reason: unknown,
    kind: "contract" | "middleware",
  ): void {
    const socket = this.#createSocket(client, auth);
    const { _errors: errors } = this.server;
    if (errors.handler) errors.report(reason, [auth], { kind, nsp: this, socket });
    this.#settle(socket, attempt, toError(reason));
  }

  #enter(client: ClientContract, auth: Record<string, unknown>, attempt: ConnectionAttempt): void {
    const recovery = this.server.opts.connectionStateRecovery;
    if (!recovery || isLegacy(client)) {
      this.#admit(this.#createSocket(client, auth), attempt);
      return;
    }
    const enter = (found: Session | undefined): void => {
      // The same session twice would be two connections under one id.
      const session = found && this.#isTaken(found.sid) ? undefined : found;
      if (session) this.#restoring.add(session.sid);
      const socket = this.#createSocket(client, auth, session);
      if (session && recovery.skipMiddlewares) this.#settle(socket, attempt);
      else this.#admit(socket, attempt);
    };
    recoverSession(this, client, auth).then(enter, (reason: unknown) => {
      this.#refuse(client, auth, attempt, reason, "middleware");
    });
  }

  #isTaken(id: SocketId): boolean {
    return this.sockets.has(id) || this.#restoring.has(id);
  }

  #createSocket(client: ClientContract, auth: Record<string, unknown>, session?: Session) {
    return new SocketClass(this, client, auth, session);
  }

  #admit(socket: SocketClass, attempt: ConnectionAttempt): void {
    if (this._middleware.length === 0) {
      this.#settle(socket, attempt);
      return;
    }
    const errors = this.server._errors;
    runMiddleware(
      this._middleware,
      socket as never,
      (error) => {
        // A tick later, so that what a listener throws is not what the middleware threw.
        process.nextTick(() => this.#settle(socket, attempt, error));
      },
      errors.handler &&
        ((reason) => errors.report(reason, [socket], { kind: "middleware", nsp: this, socket })),
    );
  }

  #settle(socket: SocketClass, attempt: ConnectionAttempt, error?: ExtendedError): void {
    this.#attempts--;
    this.#restoring.delete(socket.id);
    if (socket.client.conn.readyState !== "open") {
      socket._cleanup();
    } else if (error) {
      socket._cleanup();
      attempt.refused({ message: error.message, data: error.data });
    } else {
      this.sockets.set(socket.id, socket as never);
      // The socket is complete before listeners see it, which may disconnect it at once.
      socket._onconnect();
      attempt.accepted(socket);
      for (const event of ["connect", "connection"]) {
        emitIsolated(this, event, [socket], this.server._errors, { kind: "connection", nsp: this, socket });
      }
    }
  }

  /** Forgets a socket that has left. */
  _remove(socket: SocketContract): void {
    this.sockets.delete(socket.id);
    if (this.sockets.size === 0 && this.#attempts === 0) this._onEmpty?.();
  }
}
