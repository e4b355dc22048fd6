import type { ClusterErrorCode } from "socket.io-adapter";
import type { Kind, OnMessage } from "./commands.js";
import type { Connection } from "./connection.js";

type Report = (code: ClusterErrorCode, message: string, cause: unknown) => void;

/** What one adapter listens to. */
export class Subscriptions {
  readonly #connection: Connection;
  readonly #report: Report;
  readonly #listeners = new Map<string, { kind: Kind; onMessage: OnMessage }>();
  readonly #stops: (() => void)[] = [];
  readonly #pending = new Set<Promise<void>>();

  constructor(publisher: Connection, connection: Connection, report: Report) {
    this.#connection = connection;
    this.#report = report;
    for (const each of new Set([publisher, connection])) {
      this.#stops.push(
        each.onError((error) => report("ERR_ENGINE", "the connection to Redis had an error", error)),
      );
    }
  }

  /** Resolves when messages arrive. Does not reject: what fails is reported. */
  add(kind: Kind, channel: string, onMessage: OnMessage): Promise<void> {
    this.#listeners.set(channel, { kind, onMessage });
    const subscribed = this.#connection
      .subscribe(kind, channel, onMessage)
      .catch((error: unknown) =>
        this.#report("ERR_SUBSCRIBE_FAILED", `could not subscribe to ${channel}`, error),
      )
      .finally(() => this.#pending.delete(subscribed));
    this.#pending.add(subscribed);
    return subscribed;
  }

  remove(channel: string): Promise<void> {
    const found = this.#listeners.get(channel);
    if (!found) return Promise.resolve();
    this.#listeners.delete(channel);
    // The connection may be closed already.
    return this.#connection.unsubscribe(found.kind, channel, found.onMessage).catch(() => {});
  }

  /** Resolves when everything asked for so far is subscribed to. */
  async ready(): Promise<void> {
    await Promise.all(this.#pending);
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    await Promise.all([...this.#listeners.keys()].map((channel) => this.remove(channel)));
  }
}
