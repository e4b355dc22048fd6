export { Adapter } from "./adapter.js";
export { ClusterAdapter, type ClusterStats } from "./cluster/cluster-adapter.js";
export type { ClusterAdapterOptions } from "./cluster/cluster-options.js";
export type { ClusterError, ClusterErrorCode } from "./cluster/errors.js";
export { ClusterAdapterWithHeartbeat } from "./cluster/heartbeat-adapter.js";
export { MessageType } from "./cluster/message-type.js";
export type { ClusterMessage, ClusterResponse, Offset, ServerId } from "./cluster/messages.js";
export type * from "./contract.js";
export { SessionAwareAdapter } from "./session-aware-adapter.js";
