import { Polling } from "./polling.js";
import { WebSocket } from "./websocket.js";
import { WebTransport } from "./webtransport.js";

/** The transports by their name. */
export const transports = { polling: Polling, websocket: WebSocket, webtransport: WebTransport };
