export type * from "./ack-types.js";
export { TypedEmitter } from "./emitter.js";
export type * from "./types.js";
