import * as parser from "engine.io-parser";
import type { ConnectionError as CoreConnectionError, BaseServer as CoreServer } from "./core/base-server.js";
import type { EngineRequest as CoreRequest } from "./core/contract.js";
import type { ServerOptions as CoreServerOptions } from "./core/options.js";
import { Socket as CoreSocket } from "./core/socket.js";
import type { NodeRequest } from "./node/http-exchange.js";

/** The revision of the Engine.IO protocol. */
export const protocol = 4;

export type { ConnectionState } from "./core/connection-state.js";
export type { Packet, RawData, SendOptions, TransportName } from "./core/contract.js";
export type { CorsOptions, CorsOrigin, CorsOriginFunction } from "./core/cors.js";
export type { ErrorCode, ErrorContext } from "./core/errors.js";
export { OptionError, TransportError } from "./core/errors.js";
export type { BufferPolicy } from "./core/flow-control.js";
export type { AttachOptions } from "./core/options.js";
export type { AllowedOrigins, OriginFunction } from "./core/origins.js";
export type { CloseReason } from "./core/session-host.js";
export { Transport } from "./core/transport.js";
export type {
  WebTransportRequest,
  WebTransportSession,
  WebTransportStream,
} from "./core/webtransport-session.js";
export { attach, listen } from "./node/listen.js";
export { Server } from "./node/server.js";
export { transports } from "./transports/index.js";
export { parser };
/** See the class of the same name; on Node.js its request is an `IncomingMessage`. */
export const Socket = CoreSocket;
export type Socket<Request extends CoreRequest = NodeRequest> = CoreSocket<Request>;
/** A request on Node.js, with the `_query` that the engine gives it. */
export type EngineRequest = NodeRequest;
export type ServerOptions = CoreServerOptions<NodeRequest>;
/** What `connection_error` tells about a refused request. */
export type ConnectionError = CoreConnectionError<NodeRequest>;
export type BaseServer = CoreServer<NodeRequest>;
