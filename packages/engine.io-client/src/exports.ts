export { protocol } from "engine.io-parser";
export type { SocketOptions, TransportCtor, TransportName, TransportOptions } from "./contract.js";
export type { SocketReservedEvents, WriteOptions } from "./events.js";
export type { HandshakeData } from "./handshake.js";
export type { Cookie } from "./node/cookie-jar.js";
export { SocketWithUpgrade } from "./socket-with-upgrade.js";
export { SocketWithoutUpgrade } from "./socket-without-upgrade.js";
export { installTimerFunctions, nextTick } from "./timers.js";
export {
  type CloseDetails,
  Transport,
  TransportError,
  type TransportReservedEvents,
} from "./transport.js";
export { WS as WebSocket } from "./transports/websocket.js";
export { WT as WebTransport } from "./transports/webtransport.js";
export { XHR } from "./transports/xhr.js";
export { type ParsedUri, parse } from "./uri.js";
