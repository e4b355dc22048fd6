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
export { BroadcastOperator, RemoteSocket } from "./broadcast-operator.js";
export type { ClientFiles } from "./client-files-contract.js";
export type { Connection, EngineLike } from "./connection.js";
export type { DisconnectReason } from "./disconnect-reason.js";
export type { DrainOptions, DrainResult } from "./drain.js";
export type { ParentNspNameMatchFn } from "./dynamic-namespaces.js";
export type { ErrorContext, ErrorContextSocket, ErrorHandler, ErrorKind, ErrorReply } from "./error-hook.js";
export type { Handshake } from "./handshake.js";
export type { ExtendedError } from "./namespace.js";
export {
  type RateLimitExcess,
  type RateLimitedSocket,
  type RateLimiter,
  type RateLimitOptions,
  rateLimit,
} from "./rate-limit.js";
export type { ContractError, ContractIssue } from "./schema-check.js";
export type { Contract, EventContract } from "./schema-contract.js";
export type { HttpServerInstance } from "./server.js";
export type {
  AdapterConstructor,
  ConnectionStateRecoveryOptions,
  RecoverableSession,
  ServerOptions,
} from "./server-options.js";
export type { Event } from "./socket.js";
export type { StandardSchema, StandardSchemaIssue, StandardSchemaResult } from "./standard-schema.js";
export type { RateLimit } from "./token-bucket.js";
