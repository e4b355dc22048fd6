import { adapterSuite, clusterAdapterSuite, type FakeNamespace } from "testkit/adapters";
import type { AdapterNamespace } from "../../src/index.js";
import { Bus, BusAdapter, HeartbeatBusAdapter } from "./bus.js";

for (const [name, Adapter] of Object.entries({
  ClusterAdapter: BusAdapter,
  ClusterAdapterWithHeartbeat: HeartbeatBusAdapter,
})) {
  const on = (bus: Bus) => (namespace: FakeNamespace) =>
    new Adapter(namespace as unknown as AdapterNamespace, bus);
  adapterSuite(name, (namespace) => {
    // Without recovery, in which an offset is waited for.
    namespace.server.opts = {};
    return on(new Bus())(namespace);
  });
  clusterAdapterSuite(name, () => ({ create: on(new Bus()) }), { offsets: true });
}
