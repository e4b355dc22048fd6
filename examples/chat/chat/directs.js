import { LIMITS } from "./limits.js";
import { Log } from "./messages.js";

/** Private conversations of two. Past the limit the one that has been untouched longest is forgotten. */
export class Directs {
  // In order of use, because `open` puts a conversation at the end.
  #byPair = new Map();
  #logOptions;

  constructor(logOptions) {
    this.#logOptions = logOptions;
  }

  open(a, b) {
    const pair = [a.id, b.id].sort();
    const key = pair.join(":");
    const direct = this.#byPair.get(key) ?? { pair, log: new Log(LIMITS.historyPerDirect, this.#logOptions) };
    this.#byPair.delete(key);
    this.#byPair.set(key, direct);
    if (this.#byPair.size > LIMITS.directs) this.#drop(this.#byPair.keys().next().value);
    return direct;
  }

  /** `[peerId, direct]` for each conversation of this user. */
  of(user) {
    return [...this.#byPair.values()]
      .filter(({ pair }) => pair.includes(user.id))
      .map((direct) => [direct.pair.find((id) => id !== user.id), direct]);
  }

  forget(user) {
    for (const [key, { pair }] of this.#byPair) {
      if (pair.includes(user.id)) this.#drop(key);
    }
  }

  #drop(key) {
    this.#byPair.get(key).log.clear();
    this.#byPair.delete(key);
  }
}
