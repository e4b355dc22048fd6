export type { Adapter, BroadcastFlags, Room, SocketId } from "socket.io-adapter";
export type { DefaultEventsMap, EventsMap } from "typed-emitter";
export {
  type Client,
  Namespace,
  type NamespaceConstructor,
  Server,
  type ServerConstructor,
  Socket,
  type SocketConstructor,
} from "./api.js";
export { BroadcastOperator, RemoteSocket } from "./broadcast/broadcast-operator.js";
export type { Connection, EngineLike } from "./client/connection.js";
export {
  type RateLimitExcess,
  type RateLimitedSocket,
  type RateLimiter,
  type RateLimitOptions,
  rateLimit,
} from "./guards/rate-limit.js";
export type { ContractError, ContractIssue } from "./guards/schema-check.js";
export type { Contract, EventContract } from "./guards/schema-contract.js";
export type { StandardSchema, StandardSchemaIssue, StandardSchemaResult } from "./guards/standard-schema.js";
export type { RateLimit } from "./guards/token-bucket.js";
export type {
  ErrorContext,
  ErrorContextSocket,
  ErrorHandler,
  ErrorKind,
  ErrorReply,
} from "./listeners/error-hook.js";
export type { ParentNspNameMatchFn } from "./namespace/dynamic-namespaces.js";
export type { ExtendedError } from "./namespace/namespace.js";
export type { ClientFiles } from "./server/client-files/contract.js";
export type { DrainOptions, DrainResult } from "./server/drain.js";
export type { HttpServerInstance } from "./server/http-server.js";
export type {
  AdapterConstructor,
  ConnectionStateRecoveryOptions,
  RecoverableSession,
  ServerOptions,
} from "./server/server-options.js";
export type { DisconnectReason } from "./socket/disconnect-reason.js";
export type { Handshake } from "./socket/handshake.js";
export type { Event } from "./socket/socket.js";
