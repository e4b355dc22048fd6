import { randomUUID } from "node:crypto";

/** The recent messages of one conversation, and how far each member has read. */
export class Log {
  #messages = [];
  #lastSeq = 0;
  #read = new Map();
  #capacity;
  #nextSeq;
  #onDrop;

  /** `nextSeq()` gives growing numbers; `onDrop(message)` is told what no longer fits. */
  constructor(capacity, { nextSeq, onDrop }) {
    this.#capacity = capacity;
    this.#nextSeq = nextSeq;
    this.#onDrop = onDrop;
  }

  /** `content` has `kind` ("text", "joined" or "left"), and for texts `nonce`, `text` and `picture`. */
  add(author, content) {
    this.#lastSeq = this.#nextSeq();
    const message = {
      id: randomUUID(),
      seq: this.#lastSeq,
      at: Date.now(),
      from: author.id,
      name: author.name,
      delivered: new Set(),
      seen: new Set(),
      ...content,
    };
    this.#messages.push(message);
    if (this.#messages.length > this.#capacity) this.#onDrop(this.#messages.shift());
    return message;
  }

  get messages() {
    return this.#messages;
  }

  get lastSeq() {
    return this.#lastSeq;
  }

  findByNonce(userId, nonce) {
    return this.#messages.find((message) => message.from === userId && message.nonce === nonce);
  }

  has(messageId) {
    return this.#messages.some((message) => message.id === messageId);
  }

  readBy(userId) {
    return this.#read.get(userId) ?? 0;
  }

  markRead(userId, seq) {
    this.#read.set(userId, Math.max(this.readBy(userId), Math.min(seq, this.#lastSeq)));
  }

  stopReading(userId) {
    this.#read.delete(userId);
  }

  /** Lets go of everything; the log is not used afterwards. */
  clear() {
    for (const message of this.#messages.splice(0)) this.#onDrop(message);
  }
}

/**
 * Notes that `userId` has received (`field` "delivered") or looked at ("seen") these messages.
 * Returns the ones for which that is news to their author.
 */
export function mark(field, messages, userId) {
  return messages.filter((message) => {
    if (message.kind !== "text" || message.from === userId || message[field].has(userId)) return false;
    message[field].add(userId);
    if (field === "seen") message.delivered.add(userId);
    return true;
  });
}

/** A message as clients get it; `conversation` is how the receiving side calls it. */
export function viewOf(message, conversation) {
  const { delivered, seen, ...fields } = message;
  return { ...fields, conversation, delivered: delivered.size, seen: seen.size };
}
