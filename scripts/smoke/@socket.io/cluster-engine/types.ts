import { createServer } from "node:http";
import {
  ClusterEngine,
  type ClusterLink,
  NodeClusterEngine,
  setupPrimary,
  tcpLink,
} from "@socket.io/cluster-engine";

const link: ClusterLink = tcpLink({
  address: "127.0.0.1:7000",
  peers: () => [],
  secret: "sixteen-characters",
});
const engine = new ClusterEngine(link, { pingInterval: 1000 });
engine.attach(createServer(), { path: "/socket.io/" });
engine.on("connection", (socket) => socket.send(engine.nodeId));
setupPrimary();
new NodeClusterEngine({ cors: { origin: "https://example.com" } });
