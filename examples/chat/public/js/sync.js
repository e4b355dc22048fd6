import { keepBytes } from "./pictures.js";

const TYPING_LAPSES = 5_000;

/** Brings what the server says into the store. `hooks.onWelcome` runs once the page is up to date. */
export function syncStore(socket, store, hooks) {
  const on = (event, handler) => {
    socket.on(event, (...args) => {
      handler(...args);
      store.changed();
    });
  };

  on("welcome", (snapshot, acknowledge) => {
    applySnapshot(store, snapshot);
    acknowledge();
    hooks.onWelcome();
  });

  // The answer is our id: the author's ticks turn to “delivered”.
  on("message", ({ bytes, ...message }, acknowledge) => {
    const kept = store.history(message.conversation).put(message);
    if (bytes) keepBytes(kept, bytes);
    store.histories.get(message.conversation).typing.delete(message.from);
    acknowledge?.(store.self);
  });

  on("receipts", (receipts) => {
    for (const { conversation, id, ...receipt } of receipts) {
      const message = store.histories.get(conversation)?.find({ id });
      if (message) Object.assign(message, receipt);
    }
  });

  on("read", ({ conversation, seq }) => {
    const history = store.history(conversation);
    history.readSeq = Math.max(history.readSeq, seq);
  });

  on("typing", ({ conversation, user, active }) => {
    const { typing } = store.history(conversation);
    if (!active) return typing.delete(user);
    typing.set(user, Date.now() + TYPING_LAPSES);
    // The “stopped” may get lost, as it is volatile.
    setTimeout(() => {
      if (typing.get(user) <= Date.now()) typing.delete(user);
      store.changed();
    }, TYPING_LAPSES + 50);
  });

  on("user", (user) => store.users.set(user.id, user));
  on("user:gone", ({ id }) => store.users.delete(id));
  on("room", (room) => store.rooms.set(room.id, room));
  on("room:gone", ({ id }) => {
    store.rooms.delete(id);
    store.drop(id);
  });
  on("room:joined", (conversation) => applyConversation(store, conversation));
  on("room:left", ({ id }) => store.drop(id));
}

function applySnapshot(store, { epoch, limits, self, users, rooms, conversations }) {
  if (store.epoch !== epoch) {
    for (const history of store.histories.values()) history.forgetPositions();
  }
  Object.assign(store, { epoch, limits, self });
  store.users = new Map(users.map((user) => [user.id, user]));
  store.rooms = new Map(rooms.map((room) => [room.id, room]));
  for (const history of store.histories.values()) history.typing.clear();
  for (const conversation of conversations) applyConversation(store, conversation);
  for (const id of store.histories.keys()) {
    const room = store.rooms.get(id);
    if (id.startsWith("#") && !(room && store.isIn(room))) store.drop(id);
  }
}

function applyConversation(store, { id, readSeq, messages }) {
  const history = store.history(id);
  history.readSeq = Math.max(history.readSeq, readSeq);
  for (const message of messages) history.put(message);
}
