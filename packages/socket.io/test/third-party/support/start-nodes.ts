import type { ServerOptions } from "published-socket.io";
import type { Cluster } from "../cluster-suite.js";
import type { Kind } from "./adapter-kinds.js";
import { Node } from "./node.js";

/** Two servers, and what is to be ended after them. */
export async function startNodes<T>(
  kinds: [Kind<T>, Kind<T>],
  createAdapter: (exports: T) => unknown,
  end: () => Promise<unknown>,
): Promise<Cluster> {
  const [near, far] = kinds.map(({ server, exports }) =>
    new Node(server, { adapter: createAdapter(exports) as ServerOptions["adapter"] }).listen(),
  ) as [Promise<Node>, Promise<Node>];
  const nodes: [Node, Node] = [await near, await far];
  return {
    nodes,
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      await end();
    },
  };
}
