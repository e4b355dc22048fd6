import { randomBytes } from "node:crypto";
import { LIMITS } from "./limits.js";
import { Refusal } from "./refusal.js";

/**
 * Who is who. A session id is a secret that a browser keeps; the user id that goes with it is public, and the name of the room in
 * which all tabs of the user are.
 */
export class SessionStore {
  #bySecret = new Map();
  #journal;

  constructor(journal) {
    this.#journal = journal;
    for (const { sessionId, userId, name, ended } of journal.read()) {
      if (ended) this.#bySecret.delete(sessionId);
      else this.#bySecret.set(sessionId, { sessionId, userId, name });
    }
  }

  find(sessionId) {
    return this.#bySecret.get(sessionId);
  }

  all() {
    return [...this.#bySecret.values()];
  }

  create(name) {
    if (this.all().some((one) => one.name.toLowerCase() === name.toLowerCase())) {
      throw new Refusal("ERR_NAME_TAKEN", `“${name}” is taken. Choose another name.`);
    }
    if (this.#bySecret.size >= LIMITS.users)
      throw new Refusal("ERR_FULL", "There is no room for more people.");
    const session = { sessionId: secret(), userId: secret(), name };
    this.#bySecret.set(session.sessionId, session);
    this.#journal.append(session);
    return session;
  }

  /** Whoever comes with this id afterwards is nobody. */
  end(sessionId) {
    if (this.#bySecret.delete(sessionId)) this.#journal.append({ sessionId, ended: true });
  }
}

const secret = () => randomBytes(12).toString("base64url");
