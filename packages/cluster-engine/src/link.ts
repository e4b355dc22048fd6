/** Where a node takes what other nodes relay: a Unix socket (on Windows a named pipe), or a TCP port. */
export type NodeAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** How the nodes of a cluster find each other. A node is one engine in one process. */
export interface ClusterLink {
  /** The id of this node, which its session ids begin with: 5 characters of `[\w-]` that no other node has. */
  readonly nodeId: string;
  /** Where this node listens. */
  readonly address: NodeAddress;
  /** What relayed requests must bring along, where others than the nodes can connect: printable, without spaces. */
  readonly secret?: string | undefined;
  /** The address of another node, or `undefined` if there is none of that id. `nodeId` comes from the network. */
  find(nodeId: string): NodeAddress | undefined;
  /** Nobody listens at the address of a node any more. */
  forget?(nodeId: string): void;
}
