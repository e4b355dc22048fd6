import { adapterSuite, clusterAdapterSuite, type FakeNamespace } from "testkit/adapters";
import { createAdapter } from "../src/index.js";

// Not a worker: connected as the threads of a process are.
const create = (namespace: FakeNamespace) => createAdapter()(namespace as never);

adapterSuite("@socket.io/cluster-adapter", (namespace) => {
  // Without recovery, in which an offset is waited for.
  namespace.server.opts = {};
  return create(namespace);
});
clusterAdapterSuite("@socket.io/cluster-adapter between threads", () => ({ create }));
