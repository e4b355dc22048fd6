import { codedError } from "./errors.js";
import type { ClusterLink, NodeAddress } from "./link.js";
import { hashedNodeId } from "./node-id.js";

export interface TcpLinkOptions {
  /** Where this node listens, and where the others reach it: `"10.0.0.1:7000"`, `"[::1]:7000"`. */
  address: string;
  /** The addresses of all nodes, or a function that gives those of the moment; whether this one is among them does not matter. */
  peers: readonly string[] | (() => readonly string[]);
  /**
   * Known to the nodes alone: 16 printable characters or more, without spaces. It is sent as it is, as is all else: for a network that you
   * trust.
   */
  secret: string;
}

/**
 * Processes of several machines, over TCP. The id of a node is a hash of its address, so that a session id names one of the `peers` or
 * nobody: no client makes a node connect to anywhere else.
 *
 * @throws Error with code `ERR_INVALID_OPTION`
 */
export function tcpLink({ address, peers, secret }: TcpLinkOptions): ClusterLink {
  if (typeof secret !== "string" || !/^[\x21-\x7e]{16,}$/.test(secret)) {
    throw codedError(
      "ERR_INVALID_OPTION",
      `"secret" must be 16 printable characters or more, without spaces`,
    );
  }
  const own = parseAddress(address);
  const nodeId = hashedNodeId(address);
  const list = typeof peers === "function" ? peers : () => peers;
  const known = new Map<string, { address: string; parsed: NodeAddress }>();
  const learn = (peer: string): void => {
    const id = hashedNodeId(peer);
    const earlier = id === nodeId ? address : known.get(id)?.address;
    if (earlier !== undefined && earlier !== peer) {
      throw codedError("ERR_NODE_ID_COLLISION", `change the port of ${peer}: its id is that of ${earlier}`);
    }
    known.set(id, { address: peer, parsed: parseAddress(peer) });
  };
  for (const peer of list()) learn(peer);
  return {
    nodeId,
    address: own,
    secret,
    find: (id) => {
      const current = list();
      const found = known.get(id);
      if (found && current.includes(found.address)) return found.parsed;
      const added = current.find((peer) => hashedNodeId(peer) === id);
      if (added === undefined) return undefined;
      learn(added);
      return known.get(id)?.parsed;
    },
  };
}

function parseAddress(text: string): NodeAddress {
  const [, bracketed, plain, port] = /^(?:\[([\da-f:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || !(Number(port) > 0 && Number(port) < 65536)) {
    throw codedError(
      "ERR_INVALID_OPTION",
      `write a host and a port such as "10.0.0.1:7000", not ${JSON.stringify(text)}`,
    );
  }
  return { host, port: Number(port) };
}
