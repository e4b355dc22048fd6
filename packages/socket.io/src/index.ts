export type {
  Adapter,
  AdapterConstructor,
  BroadcastFlags,
  Client,
  ClientFiles,
  Connection,
  ConnectionStateRecoveryOptions,
  DefaultEventsMap,
  DisconnectReason,
  EngineLike,
  Event,
  EventsMap,
  ExtendedError,
  Handshake,
  HttpServerInstance,
  ParentNspNameMatchFn,
  Room,
  ServerOptions,
  SocketId,
} from "socket.io-server";
export { BroadcastOperator, Namespace, RemoteSocket, Socket } from "socket.io-server";
export { io as default } from "./io.js";
export { Server } from "./server.js";
