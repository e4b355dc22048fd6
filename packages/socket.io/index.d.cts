import createServer, {
  Adapter,
  AdapterConstructor,
  BroadcastFlags,
  BroadcastOperator,
  Client,
  ClientFiles,
  Connection,
  ConnectionStateRecoveryOptions,
  Contract,
  ContractError,
  ContractIssue,
  DefaultEventsMap,
  DisconnectReason,
  DrainOptions,
  DrainResult,
  EngineLike,
  ErrorContext,
  ErrorHandler,
  ErrorKind,
  ErrorReply,
  Event,
  EventsMap,
  ExtendedError,
  Handshake,
  HttpServerInstance,
  Namespace,
  ParentNspNameMatchFn,
  RateLimit,
  RateLimitExcess,
  RateLimitOptions,
  RecoverableSession,
  RemoteSocket,
  Room,
  rateLimit,
  Server,
  ServerOptions,
  Socket,
  SocketId,
  StandardSchema,
} from "./dist/index.cjs";

/**
 * Creates a server: the same as `new Server(srv, opts)`.
 *
 * @param srv - an HTTP server or a port; options alone to attach later
 * @throws Error with code `ERR_INVALID_HTTP_SERVER` or `ERR_INVALID_OPTION`
 * @example
 * const io = require("socket.io")(httpServer);
 */
declare function io<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  // biome-ignore lint/suspicious/noExplicitAny: reason: `data` is of any shape unless the application says so
  SocketData = any,
>(
  srv?: Parameters<typeof createServer>[0],
  opts?: Partial<ServerOptions>,
): Server<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;

declare namespace io {
  /**
   * Creates a server under the name it had in the original API.
   *
   * @param callback - called once the HTTP server listens
   */
  export const listen: (typeof createServer)["listen"];
  export {
    Adapter,
    AdapterConstructor,
    BroadcastFlags,
    BroadcastOperator,
    Client,
    ClientFiles,
    Connection,
    ConnectionStateRecoveryOptions,
    Contract,
    ContractError,
    ContractIssue,
    DefaultEventsMap,
    DisconnectReason,
    DrainOptions,
    DrainResult,
    EngineLike,
    ErrorContext,
    ErrorHandler,
    ErrorKind,
    ErrorReply,
    Event,
    EventsMap,
    ExtendedError,
    Handshake,
    HttpServerInstance,
    Namespace,
    ParentNspNameMatchFn,
    RateLimit,
    RateLimitExcess,
    RateLimitOptions,
    RecoverableSession,
    RemoteSocket,
    Room,
    rateLimit,
    Server,
    ServerOptions,
    Socket,
    SocketId,
    StandardSchema,
  };
}

export = io;
