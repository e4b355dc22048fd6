// How many messages a page keeps of one conversation.
const KEPT = 400;

const isPending = (message) => message.status !== "posted";

// Messages waiting to be posted stay at the end, whatever the clocks say.
function order(a, b) {
  return isPending(a) - isPending(b) || a.at - b.at || a.seq - b.seq;
}

/** The messages of one conversation as this page knows them. */
export class History {
  messages = [];
  readSeq = 0;
  /** Where the “new” line is drawn while the conversation is open. */
  newFrom = Number.POSITIVE_INFINITY;
  /** User id → when the “is typing” lapses. */
  typing = new Map();
  #onDrop;

  constructor(id, onDrop) {
    this.id = id;
    this.#onDrop = onDrop;
  }

  /** Adds a message, or brings the one we have up to date. Returns what is kept. */
  put(message) {
    const known = this.find(message);
    if (known) Object.assign(known, message);
    else this.messages.push({ status: "posted", ...message });
    this.messages.sort(order);
    while (this.messages.length > KEPT) this.#onDrop(this.messages.shift());
    return known ?? this.find(message);
  }

  find({ id, nonce, from }) {
    return this.messages.find((one) =>
      one.id !== undefined && one.id === id
        ? true
        : nonce !== undefined && one.nonce === nonce && one.from === from,
    );
  }

  pending() {
    return this.messages.filter((message) => message.status === "sending");
  }

  get lastSeq() {
    return this.messages.reduce((last, message) => Math.max(last, message.seq ?? 0), 0);
  }

  unread(self) {
    const isNew = ({ kind, from, seq }) => kind === "text" && from !== self && seq > this.readSeq;
    return this.messages.filter(isNew).length;
  }

  /** Positions of an earlier server process mean nothing to this one. */
  forgetPositions() {
    this.readSeq = 0;
    for (const message of this.messages) message.seq = 0;
  }

  clear() {
    for (const message of this.messages.splice(0)) this.#onDrop(message);
  }
}
