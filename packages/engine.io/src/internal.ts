export type { RawData, SendOptions } from "./core/contract.js";
export { PreparedMessage } from "./core/prepared-message.js";
export { corsMiddleware } from "./node/cors-middleware.js";
