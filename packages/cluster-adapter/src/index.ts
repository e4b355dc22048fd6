export { Emitter, type EmitterOptions } from "./emitter.js";
export { createAdapter, NodeClusterAdapter } from "./node-cluster-adapter.js";
export { setupPrimary } from "./primary.js";
