import { Socket as Engine } from "engine.io-client/websocket";
import { protocol } from "socket.io-parser";
import type { EngineConstructor } from "./contract.js";
import { createLookup, type Io } from "./io.js";
import type { ManagerConstructor } from "./manager.js";
import { ManagerBase } from "./manager-base.js";
import { Socket } from "./socket.js";

export { protocol } from "socket.io-parser";
export type {
  DisconnectDescription,
  ExtendedError,
  ManagerReservedEvents,
  SocketOptions,
} from "./contract.js";
export type { ManagerOptions } from "./options.js";
export type { SocketReservedEvents } from "./socket.js";
export { type Io, Socket };

class WebSocketManager extends ManagerBase {
  get Engine(): EngineConstructor {
    return Engine as unknown as EngineConstructor;
  }
}

/** The `Manager` of this entry: connects over WebSocket only. */
export const Manager: ManagerConstructor = WebSocketManager;

/** `io` of the main entry, over WebSocket only. */
export const io: Io = /* @__PURE__ */ createLookup(Manager, Socket, protocol);
export { io as connect, io as default };
