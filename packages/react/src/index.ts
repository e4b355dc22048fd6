export { createHooks, type SocketHooks } from "./create-hooks.js";
export { SocketProvider, type SocketProviderProps } from "./provider.js";
export type { ConnectionStatus } from "./status.js";
export { useConnectionStatus } from "./use-connection-status.js";
export {
  type EmitWithAckOptions,
  type Request,
  type RequestState,
  useEmitWithAck,
} from "./use-emit-with-ack.js";
export { useEvent } from "./use-event.js";
export { useSocket } from "./use-socket.js";
