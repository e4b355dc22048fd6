export { ClusterEngine } from "./cluster-engine.js";
export type { ClusterLink, NodeAddress } from "./link.js";
export { NodeClusterEngine, setupPrimary } from "./node-cluster.js";
export { type TcpLinkOptions, tcpLink } from "./tcp-link.js";
export { type UnixLinkOptions, unixLink } from "./unix-link.js";
