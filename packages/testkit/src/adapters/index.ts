export { adapterSuite, type CreateAdapter, event, to } from "./adapter-suite.js";
export { type ClusterCapabilities, clusterAdapterSuite, type TestCluster } from "./cluster-suite.js";
export type { AnyAdapter, BroadcastOptions, BroadcastPacket } from "./contract.js";
export { FakeNamespace, FakeSocket } from "./fake-namespace.js";
export { recoverySuite } from "./recovery-suite.js";
