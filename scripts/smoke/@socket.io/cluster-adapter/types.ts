import { createAdapter, Emitter, type NodeClusterAdapter, setupPrimary } from "@socket.io/cluster-adapter";

setupPrimary();
const create: (nsp: never) => NodeClusterAdapter = createAdapter({ heartbeatInterval: 1000 });
export default create;
new Emitter({ onError: (error) => console.error(error) }).of("/chat").to("room").volatile.emit("hello", 1);
