export type * from "./ack-types.js";
export { Emitter } from "./emitter.js";
export { TypedEmitter } from "./typed-emitter.js";
export type * from "./types.js";
