import { Polling } from "./polling.js";
import { WebSocket } from "./websocket.js";

/** The transports by their name. */
export const transports = { polling: Polling, websocket: WebSocket };
