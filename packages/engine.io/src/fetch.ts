export type { EngineRequest, Packet, RawData, SendOptions, TransportName } from "./core/contract.js";
export type { CorsOptions, CorsOrigin, CorsOriginFunction } from "./core/cors.js";
export type { ErrorCode, ErrorContext } from "./core/errors.js";
export { OptionError, TransportError } from "./core/errors.js";
export { Socket } from "./core/socket.js";
export { FetchRequest } from "./fetch/request.js";
export { type FetchHandler, type FetchServerOptions, Server } from "./fetch/server.js";
