export { Adapter } from "./adapter.js";
export type * from "./contract.js";
export { SessionAwareAdapter } from "./session-aware-adapter.js";
