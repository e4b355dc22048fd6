/** What the page knows. `change` runs a function that changes it, then has it drawn. */
export class Store {
  self = null;
  /** The others by user id: `{ userId, name, online, unread, messages }`. */
  people = new Map();
  /** The user id of the open conversation. */
  active = null;
  /** "connecting", "online" or "waiting". */
  link = "connecting";
  #draw = () => {};

  onChange(draw) {
    this.#draw = draw;
  }

  change(fn) {
    fn(this);
    this.#draw();
  }

  /** Takes over what the server says, and keeps what it cannot know: what is unread, and what has not gone out yet. */
  replacePeople(list) {
    const before = this.people;
    this.people = new Map(
      list.map((person) => {
        const known = before.get(person.userId);
        const ids = new Set(person.messages.map(({ id }) => id));
        const waiting = (known?.messages ?? []).filter(
          ({ id, state }) => state === "waiting" && !ids.has(id),
        );
        const seen = new Set(known?.messages.map(({ id }) => id));
        const news = known
          ? person.messages.filter(({ id, from }) => from !== this.self.userId && !seen.has(id))
          : [];
        const unread = person.userId === this.active ? 0 : (known?.unread ?? 0) + news.length;
        return [person.userId, { ...person, unread, messages: [...person.messages, ...waiting] }];
      }),
    );
    if (!this.people.has(this.active)) this.active = null;
  }

  setOnline({ userId, name }, online) {
    const person = this.people.get(userId);
    if (person) person.online = online;
    else if (name) this.people.set(userId, { userId, name, online, unread: 0, messages: [] });
  }

  remove(userId) {
    this.people.delete(userId);
    if (this.active === userId) this.active = null;
  }

  /** Adds a message, or says of one that is there what has become of it. */
  put(message) {
    const other = message.from === this.self.userId ? message.to : message.from;
    const person = this.people.get(other);
    if (!person) return;
    const known = person.messages.find(({ id }) => id === message.id);
    if (known) {
      Object.assign(known, { state: undefined }, message);
      return;
    }
    person.messages.push(message);
    if (message.from === other && this.active !== other) person.unread++;
  }

  /** What has not gone out yet, oldest first. */
  waiting() {
    return [...this.people.values()].flatMap(({ messages }) =>
      messages.filter(({ state }) => state === "waiting"),
    );
  }

  open(userId) {
    this.active = userId;
    const person = this.people.get(userId);
    if (person) person.unread = 0;
  }
}
