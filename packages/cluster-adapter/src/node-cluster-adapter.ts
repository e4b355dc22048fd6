import {
  type AdapterNamespace,
  type ClusterAdapterOptions,
  ClusterAdapterWithHeartbeat,
  type ClusterMessage,
  type ClusterResponse,
  type ServerId,
} from "socket.io-adapter";
import { defaultLink } from "./default-link.js";
import { type Link, SOURCE } from "./link.js";

/** One namespace of one server among the workers, or threads, of this machine. */
export class NodeClusterAdapter extends ClusterAdapterWithHeartbeat {
  readonly #link: Link;
  readonly #stopListening: () => void;

  /** @throws Error with code `ERR_INVALID_OPTION` */
  constructor(nsp: AdapterNamespace, options?: ClusterAdapterOptions, link: Link = defaultLink()) {
    super(nsp, options);
    this.#link = link;
    this.#stopListening = link.listen((envelope) => {
      const { requesterUid } = envelope;
      if (requesterUid === undefined || requesterUid === this.uid) this.onMessage(envelope);
    });
  }

  protected async doPublish(message: ClusterMessage): Promise<string> {
    await this.#link.send({ ...message, source: SOURCE });
    // Nothing is kept.
    return "";
  }

  protected async doPublishResponse(requesterUid: ServerId, response: ClusterResponse): Promise<void> {
    await this.#link.send({ ...response, source: SOURCE, requesterUid });
  }

  override close(): Promise<void> | void {
    const closed = super.close();
    this.#stopListening();
    return closed;
  }
}

/**
 * Makes servers in the workers of a cluster one. The primary calls `setupPrimary()`. Outside of a cluster, it connects the servers in the
 * threads of this process.
 *
 * @throws Error with code `ERR_INVALID_OPTION`, when a namespace is made
 * @example
 * new Server({ adapter: createAdapter() });
 */
export function createAdapter(
  options?: ClusterAdapterOptions,
): (nsp: AdapterNamespace) => NodeClusterAdapter {
  return (nsp) => new NodeClusterAdapter(nsp, options);
}
