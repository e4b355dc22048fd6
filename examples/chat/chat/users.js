import { createHash } from "node:crypto";
import { ChatError } from "./chat-error.js";
import { LIMITS } from "./limits.js";
import { TokenBucket } from "./token-bucket.js";

const keyOf = (name) => name.toLowerCase();

// The public id is derived from the secret token, so people keep their identity across a restart of the server
// although it stores nothing, and the id gives the token away to nobody.
const idOf = (token) => createHash("sha256").update(token).digest("hex").slice(0, 16);

/** The people the server knows: connected now, or gone a short while ago. */
export class Users {
  #byId = new Map();
  #byName = new Map();
  #onForget;

  constructor(onForget) {
    this.#onForget = onForget;
  }

  /** The user behind a token, created on first sight. Throws when the nickname belongs to somebody else. */
  admit(token, name) {
    this.#forgetAbsent();
    const id = idOf(token);
    const known = this.#byId.get(id);
    if (known) {
      this.rename(known, name);
      return known;
    }
    this.#claim(name, id);
    if (this.#byId.size >= LIMITS.users && !this.#forgetOne()) {
      throw new ChatError("ERR_FULL", "The chat is full. Try again in a while.");
    }
    const user = {
      id,
      name,
      /** False until the rooms to start with are entered. */
      settled: false,
      sockets: new Set(),
      leftAt: Date.now(),
      bucket: new TokenBucket(LIMITS.burst, LIMITS.refill),
    };
    this.#byId.set(id, user);
    this.#byName.set(keyOf(name), id);
    return user;
  }

  rename(user, name) {
    if (user.name === name) return;
    this.#claim(name, user.id);
    this.#byName.delete(keyOf(user.name));
    this.#byName.set(keyOf(name), user.id);
    user.name = name;
  }

  get(id) {
    const user = this.#byId.get(id);
    if (!user) throw new ChatError("ERR_NO_SUCH_USER", "This person is no longer here.");
    return user;
  }

  list() {
    return [...this.#byId.values()].map(publicUser);
  }

  #claim(name, id) {
    const owner = this.#byName.get(keyOf(name));
    if (owner !== undefined && owner !== id) {
      throw new ChatError("ERR_NAME_TAKEN", `“${name}” is taken. Choose another nickname.`);
    }
  }

  #forgetAbsent() {
    const limit = Date.now() - LIMITS.absence;
    for (const user of this.#byId.values()) {
      if (user.sockets.size === 0 && user.leftAt < limit) this.#forget(user);
    }
  }

  #forgetOne() {
    const absent = [...this.#byId.values()].filter((user) => user.sockets.size === 0);
    const longest = absent.sort((a, b) => a.leftAt - b.leftAt)[0];
    if (longest) this.#forget(longest);
    return longest !== undefined;
  }

  #forget(user) {
    this.#byId.delete(user.id);
    this.#byName.delete(keyOf(user.name));
    this.#onForget(user);
  }
}

export function publicUser(user) {
  return { id: user.id, name: user.name, online: user.sockets.size > 0 };
}
