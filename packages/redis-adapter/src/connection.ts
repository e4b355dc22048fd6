import type { Commands, Kind, OnMessage } from "./commands.js";
import { ioredisCommands } from "./ioredis-commands.js";
import { nodeRedisCommands } from "./node-redis-commands.js";

interface Client {
  on(event: "error", listener: (error: unknown) => void): unknown;
}

/** So many messages may wait for a Redis that is away. */
const MAX_WAITING = 10_000;

/** A client, shared by the namespaces that use it. */
export class Connection {
  readonly #commands: Commands;
  readonly #subscriptions = new Map<string, Set<OnMessage>>();
  readonly #errorListeners = new Set<(error: unknown) => void>();
  #waiting = 0;

  constructor(client: Client) {
    this.#commands = "psubscribe" in client ? ioredisCommands(client) : nodeRedisCommands(client);
    client.on("error", (error) => {
      for (const listener of [...this.#errorListeners]) listener(error);
    });
  }

  /** The connection of a client: the same for the same client. */
  static of(client: object): Connection {
    let connection = connections.get(client);
    if (!connection) {
      connection = new Connection(client as Client);
      connections.set(client, connection);
    }
    return connection;
  }

  /** Rejects, beside what Redis rejects, when too many messages wait. */
  async publish(kind: Kind, channel: string, payload: string | Buffer): Promise<void> {
    if (this.#waiting >= MAX_WAITING) throw new Error(`${MAX_WAITING} messages wait for Redis already`);
    this.#waiting++;
    try {
      await this.#commands.publish(kind, channel, payload);
    } finally {
      this.#waiting--;
    }
  }

  async subscribe(kind: Kind, channel: string, onMessage: OnMessage): Promise<void> {
    const key = `${kind} ${channel}`;
    const known = this.#subscriptions.get(key);
    if (known) {
      known.add(onMessage);
      return;
    }
    const listeners = new Set([onMessage]);
    this.#subscriptions.set(key, listeners);
    await this.#commands.subscribe(kind, channel, (payload, from) => {
      for (const listener of [...listeners]) listener(payload, from);
    });
  }

  async unsubscribe(kind: Kind, channel: string, onMessage: OnMessage): Promise<void> {
    const key = `${kind} ${channel}`;
    const listeners = this.#subscriptions.get(key);
    if (!listeners?.delete(onMessage) || listeners.size > 0) return;
    this.#subscriptions.delete(key);
    await this.#commands.unsubscribe(kind, channel);
  }

  countSubscribers(kind: Kind, channel: string): Promise<number> {
    return this.#commands.countSubscribers(kind, channel);
  }

  /** Returns what stops it. */
  onError(listener: (error: unknown) => void): () => void {
    this.#errorListeners.add(listener);
    return () => this.#errorListeners.delete(listener);
  }
}

const connections = new WeakMap<object, Connection>();
