import { MessageType } from "socket.io-adapter";
import type { Envelope } from "./link.js";

interface Server {
  uid: string;
  nsp: string;
}

/** Which servers are in which worker, by what they sent, and so where messages go. */
export class PrimaryRoutes {
  readonly #workers = new Map<number, Map<string, Server>>();
  readonly #workerOf = new Map<string, number>();

  /** The workers that a message goes to: the one that asked where it is an answer, else all but the sender. */
  route(from: number, { uid, nsp, type, requesterUid }: Envelope, workers: number[]): number[] {
    if (uid !== "emitter") this.#learn(from, { uid, nsp }, type);
    const requester = requesterUid === undefined ? undefined : this.#workerOf.get(requesterUid);
    if (requester !== undefined) return [requester];
    return workers.filter((id) => id !== from);
  }

  /** A worker is gone. Returns the servers that it had and that had not closed. */
  forget(worker: number): Server[] {
    const servers = [...(this.#workers.get(worker)?.values() ?? [])];
    this.#workers.delete(worker);
    for (const { uid } of servers) this.#workerOf.delete(uid);
    return servers;
  }

  #learn(worker: number, server: Server, type: MessageType): void {
    let servers = this.#workers.get(worker);
    if (!servers) {
      servers = new Map();
      this.#workers.set(worker, servers);
    }
    if (type === MessageType.ADAPTER_CLOSE) {
      servers.delete(server.uid);
      this.#workerOf.delete(server.uid);
    } else if (!servers.has(server.uid)) {
      servers.set(server.uid, server);
      this.#workerOf.set(server.uid, worker);
    }
  }
}
