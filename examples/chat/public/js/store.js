import { History } from "./history.js";
import { forgetPicture } from "./pictures.js";

const dropPicture = (message) => {
  if (message.picture) forgetPicture(message);
};

/** What the page knows. Views subscribe and redraw; changes made in one go redraw once. */
export class Store {
  link = { phase: "connecting", attempt: 0, retryAt: 0, transport: null, latency: null, offline: false };
  self = null;
  epoch = null;
  limits = null;
  users = new Map();
  rooms = new Map();
  histories = new Map();
  active = null;
  #views = new Set();
  #scheduled = false;

  subscribe(view) {
    this.#views.add(view);
  }

  changed() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      for (const view of this.#views) view(this);
    });
  }

  setLink(change) {
    Object.assign(this.link, change);
    this.changed();
  }

  history(id) {
    let history = this.histories.get(id);
    if (!history) {
      history = new History(id, dropPicture);
      this.histories.set(id, history);
    }
    return history;
  }

  drop(id) {
    this.histories.get(id)?.clear();
    this.histories.delete(id);
    if (this.active === id) this.active = null;
    this.changed();
  }

  isIn(room) {
    return room.members.includes(this.self);
  }

  myRooms() {
    return [...this.rooms.values()].filter((room) => this.isIn(room)).sort(byName);
  }

  otherRooms() {
    return [...this.rooms.values()].filter((room) => !this.isIn(room)).sort(byName);
  }

  /** People with whom something was said, latest first; the open conversation is among them even if empty. */
  directs() {
    return [...this.histories.values()]
      .filter(({ id, messages }) => id.startsWith("@") && (messages.length > 0 || id === this.active))
      .sort((a, b) => (b.messages.at(-1)?.at ?? Infinity) - (a.messages.at(-1)?.at ?? Infinity));
  }

  people() {
    return [...this.users.values()].sort((a, b) => b.online - a.online || byName(a, b));
  }

  unread(id) {
    return this.histories.get(id)?.unread(this.self) ?? 0;
  }

  totalUnread() {
    let total = 0;
    for (const id of this.histories.keys()) total += this.unread(id);
    return total;
  }

  waiting() {
    return [...this.histories.values()].flatMap((history) => history.pending());
  }

  titleOf(id) {
    if (id.startsWith("#")) return this.rooms.get(id)?.name ?? id.slice(1);
    return this.nameOf(id.slice(1));
  }

  nameOf(userId) {
    const known = this.users.get(userId)?.name;
    if (known) return known;
    const message = this.histories.get(`@${userId}`)?.messages.find(({ from }) => from === userId);
    return message?.name ?? "Someone";
  }
}

function byName(a, b) {
  return a.name.localeCompare(b.name);
}
