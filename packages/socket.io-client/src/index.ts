export {
  Fetch,
  NodeWebSocket,
  NodeXHR,
  WebSocket,
  WebTransport,
  XHR,
} from "engine.io-client";
export { protocol } from "socket.io-parser";
export type {
  DisconnectDescription,
  ExtendedError,
  ManagerReservedEvents,
  SocketOptions,
} from "./contract.js";
export { io, io as connect, io as default } from "./full.js";
export type { Io } from "./io.js";
export { Manager, type ManagerConstructor } from "./manager.js";
export type { ManagerOptions } from "./options.js";
export { Socket, type SocketReservedEvents } from "./socket.js";
