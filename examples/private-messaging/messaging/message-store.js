import { LIMITS } from "./limits.js";

/** The conversations of two, oldest message first. */
export class MessageStore {
  #conversations = new Map();
  #journal;

  constructor(journal) {
    this.#journal = journal;
    for (const message of journal.read()) this.#keep(message);
  }

  /** Keeps a message, once: the same one sent again is the one that is there. */
  add(message) {
    const known = this.between(message.from, message.to).find(({ id }) => id === message.id);
    if (known) return { message: known, isNew: false };
    this.#keep(message);
    this.#journal.append(message);
    return { message, isNew: true };
  }

  between(one, other) {
    return this.#conversations.get(keyOf(one, other)) ?? [];
  }

  #keep(message) {
    const key = keyOf(message.from, message.to);
    const messages = [...this.between(message.from, message.to), message].slice(-LIMITS.history);
    this.#conversations.set(key, messages);
  }
}

const keyOf = (one, other) => [one, other].sort().join(" ");
