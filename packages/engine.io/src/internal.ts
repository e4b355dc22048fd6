export type { RawData, SendOptions } from "./core/contract.js";
export { randomId } from "./core/ids.js";
export { PreparedMessage } from "./core/prepared-message.js";
export { corsMiddleware } from "./node/cors-middleware.js";
