import type { Connection } from "../client/connection.js";
import { codedError } from "../errors.js";

const DEFAULT_DEADLINE = 30_000;

export interface DrainOptions {
  /**
   * After how many milliseconds the connections that are left are closed, whatever they wait for.
   * @default 30000
   */
  deadline?: number;
  /**
   * Over how many milliseconds the closing is spread, so that the clients do not all come to the next server at once.
   * @default half of the deadline
   */
  jitter?: number;
}

/** What has become of the connections. */
export interface DrainResult {
  /** How many have ended in time. */
  closed: number;
  /** How many were closed at the deadline, with work pending. */
  forced: number;
}

/** What draining needs of a client. */
export interface DrainedClient {
  readonly conn: Connection;
  readonly sockets: ReadonlyMap<string, { readonly _isBusy: boolean }>;
}

/** Closes connections over a while: each at a time of its own, or as soon after it as nobody waits for an acknowledgement. */
export class Drain {
  readonly done: Promise<DrainResult>;
  readonly #resolve: (result: DrainResult) => void;
  readonly #open = new Map<Connection, NodeJS.Timeout>();
  /** Those whose time has come. */
  readonly #due = new Set<DrainedClient>();
  readonly #deadline: NodeJS.Timeout;
  #closed = 0;

  /** @throws Error with code `ERR_INVALID_OPTION` */
  constructor(clients: Iterable<DrainedClient>, options: DrainOptions = {}) {
    const { deadline, jitter } = resolveDrainOptions(options);
    let resolve: (result: DrainResult) => void = () => {};
    this.done = new Promise((settle) => {
      resolve = settle;
    });
    this.#resolve = resolve;
    for (const client of clients) this.#schedule(client, Math.random() * jitter);
    this.#deadline = setTimeout(() => this.#end(), deadline);
    if (this.#open.size === 0) this.#end();
  }

  /** An acknowledgement is no longer waited for: by this client, or by any. */
  settled(client?: DrainedClient): void {
    if (!client) for (const due of this.#due) this.#closeIdle(due);
    else if (this.#due.has(client)) this.#closeIdle(client);
  }

  #schedule(client: DrainedClient, delay: number): void {
    const { conn } = client;
    if (conn.readyState === "closed") return;
    const timer = setTimeout(() => {
      this.#due.add(client);
      this.#closeIdle(client);
    }, delay);
    this.#open.set(conn, timer);
    conn.on("close", () => this.#gone(client));
  }

  #closeIdle(client: DrainedClient): void {
    for (const socket of client.sockets.values()) if (socket._isBusy) return;
    this.#due.delete(client);
    client.conn.close();
  }

  #gone(client: DrainedClient): void {
    clearTimeout(this.#open.get(client.conn));
    this.#due.delete(client);
    if (!this.#open.delete(client.conn)) return;
    this.#closed++;
    if (this.#open.size === 0) this.#end();
  }

  #end(): void {
    clearTimeout(this.#deadline);
    const left = [...this.#open];
    this.#open.clear();
    this.#due.clear();
    for (const [conn, timer] of left) {
      clearTimeout(timer);
      conn.close(true);
    }
    this.#resolve({ closed: this.#closed, forced: left.length });
  }
}

function resolveDrainOptions({ deadline = DEFAULT_DEADLINE, jitter = deadline / 2 }: DrainOptions) {
  for (const [name, value] of Object.entries({ deadline, jitter })) {
    if (!(typeof value === "number" && value >= 0 && value < 2 ** 31)) {
      throw codedError(
        "ERR_INVALID_OPTION",
        `"${name}" must be a number of milliseconds from 0 up, not ${value}`,
      );
    }
  }
  if (jitter > deadline) {
    throw codedError(
      "ERR_INVALID_OPTION",
      `"jitter" (${jitter}) must not be longer than "deadline" (${deadline})`,
    );
  }
  return { deadline, jitter };
}
