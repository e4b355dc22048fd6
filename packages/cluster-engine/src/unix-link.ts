import { rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { ClusterLink, NodeAddress } from "./link.js";
import { randomNodeId } from "./node-id.js";

export interface UnixLinkOptions {
  /**
   * A folder that all processes of the cluster, and nobody else, can write to. Its path must be short: that of a Unix socket has about
   * 100 bytes.
   */
  directory: string;
}

/**
 * Processes of one machine: each listens on a Unix socket in a folder they share, named after its node. Who connects to one that is gone
 * learns it at once.
 */
export function unixLink({ directory }: UnixLinkOptions): ClusterLink {
  const folder = resolve(directory);
  const pathOf = (nodeId: string): string =>
    process.platform === "win32" ? `\\\\.\\pipe\\${basename(folder)}-${nodeId}` : join(folder, nodeId);
  const find = (nodeId: string): NodeAddress => ({ path: pathOf(nodeId) });
  const nodeId = randomNodeId();
  return {
    nodeId,
    address: find(nodeId),
    find,
    forget: (gone) => {
      // What a process leaves that was killed.
      if (process.platform !== "win32") rm(pathOf(gone), { force: true }).catch(() => {});
    },
  };
}
