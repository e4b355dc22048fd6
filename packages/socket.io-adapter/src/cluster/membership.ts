import type { ServerId } from "./messages.js";
import { type NodeEvent, type NodeState, nextNodeState } from "./node-state.js";

interface Node {
  state: NodeState;
  heardAt: number;
}

/** The other servers, by what is heard of them. */
export class Membership {
  readonly #nodes = new Map<ServerId, Node>();

  /** How many there are, those that are silent included. */
  get count(): number {
    let count = 0;
    for (const { state } of this.#nodes.values()) if (state !== "closed") count++;
    return count;
  }

  stateOf(uid: ServerId): NodeState {
    return this.#nodes.get(uid)?.state ?? "unknown";
  }

  in(state: NodeState): Set<ServerId> {
    const uids = new Set<ServerId>();
    for (const [uid, node] of this.#nodes) if (node.state === state) uids.add(uid);
    return uids;
  }

  apply(uid: ServerId, event: NodeEvent, now: number): void {
    const node = this.#nodes.get(uid);
    const state = nextNodeState(node?.state ?? "unknown", event);
    if (state === "unknown") this.#nodes.delete(uid);
    else if (!node) this.#nodes.set(uid, { state, heardAt: now });
    else {
      node.state = state;
      if (event === "spoke" && state === "alive") node.heardAt = now;
    }
  }

  /** Forgets the servers that were last heard before that time. Returns those that had not closed. */
  expire(before: number): ServerId[] {
    const lost: ServerId[] = [];
    for (const [uid, { state, heardAt }] of this.#nodes) {
      if (heardAt >= before) continue;
      if (state !== "closed") lost.push(uid);
      this.apply(uid, "expired", before);
    }
    return lost;
  }
}
