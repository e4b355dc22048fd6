import { type ClusterMessage, type ClusterResponse, MessageType } from "socket.io-adapter";
import { hasBinary } from "./has-binary.js";
import type { SubscriptionMode } from "./options.js";
import { msgpack } from "./parser.js";

const SOCKET_ID_LENGTH = 20;

/** The channels of one namespace. */
export class ShardedChannels {
  /** For all servers. */
  readonly base: string;
  readonly #mode: SubscriptionMode;

  constructor(prefix: string, nsp: string, mode: SubscriptionMode) {
    this.base = `${prefix}#${nsp}#`;
    this.#mode = mode;
  }

  /** Of a server, for answers, or of a room. */
  of(name: string): string {
    return `${this.base}${name}#`;
  }

  /** The name alone says it, so that who publishes and who subscribes agree. */
  hasOwn(room: string): boolean {
    if (this.#mode === "static") return false;
    return this.#mode === "dynamic-private" || String(room).length !== SOCKET_ID_LENGTH;
  }

  /** Where a message goes. With acknowledgements every server must answer, so that it goes to all. */
  for(message: ClusterMessage): string {
    if (message.type !== MessageType.BROADCAST || message.data.requestId !== undefined) return this.base;
    const { rooms } = message.data.opts;
    const [room] = rooms;
    return rooms.length === 1 && this.hasOwn(room as string) ? this.of(room as string) : this.base;
  }
}

export function encodeSharded(message: ClusterMessage | ClusterResponse): string | Buffer {
  const { data } = message as { data?: unknown };
  return hasBinary(data) ? msgpack.encode(message) : JSON.stringify(message);
}
