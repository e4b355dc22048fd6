import { request } from "./connection.js";
import { keepUrl, loadPicture } from "./pictures.js";

const TYPING_EVERY = 2_000;
const TOO_FAST_PAUSE = 1_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const makeNonce = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );

/** What the person at this page can do. Each request that fails ends as a toast or as a mark on the message. */
export function createActions(socket, store, toast) {
  // Pictures on their way: they stay here, not in the message, until the server has them.
  const files = new Map();
  // By conversation, the end of the line of messages on their way: they arrive in the order they were written.
  const lines = new Map();
  let typingSentAt = 0;
  const ask = (event, input, apply) => request(socket, event, input, apply);
  const tell = (error) => toast(error.message);

  function enqueue(message) {
    const before = lines.get(message.conversation) ?? Promise.resolve();
    lines.set(
      message.conversation,
      before.then(() => post(message)),
    );
  }

  async function post(message) {
    if (message.status !== "sending") return;
    const { conversation, nonce, text, picture } = message;
    const history = store.history(conversation);
    const file = files.get(nonce);
    const connection = socket.id;
    try {
      const sent = picture && {
        width: picture.width,
        height: picture.height,
        bytes: await file.arrayBuffer(),
      };
      // At once: the receipts may come in the same breath, and know the message by the id that the answer brings.
      const posted = (answer) => history.put({ ...answer.message, status: "posted" });
      await ask("message:send", { conversation, nonce, text, picture: sent }, posted);
      files.delete(nonce);
    } catch (error) {
      // The connection went: the message stays in the queue, and goes out or went out again once we are back.
      if (socket.id !== connection || !socket.connected) return;
      if (error.code === "ERR_TOO_FAST") {
        await pause(TOO_FAST_PAUSE);
        return post(message);
      }
      Object.assign(message, { status: "failed", problem: error.message });
    } finally {
      store.changed();
    }
  }

  function send(conversation, text, picture) {
    const message = { nonce: makeNonce(), conversation, from: store.self, kind: "text", text, seq: 0 };
    Object.assign(message, {
      name: store.nameOf(store.self),
      at: Date.now(),
      status: "sending",
      delivered: 0,
      seen: 0,
    });
    if (picture) {
      const { file, width, height, url } = picture;
      message.picture = { type: file.type, width, height, size: file.size };
      files.set(message.nonce, file);
      keepUrl(message, url);
    }
    const kept = store.history(conversation).put(message);
    typingSentAt = 0;
    store.changed();
    if (socket.connected && store.epoch) enqueue(kept);
  }

  function retry(message) {
    message.status = "sending";
    store.changed();
    if (socket.connected) enqueue(message);
  }

  /** Posts, in order, what was written while we were away. */
  function flush() {
    for (const message of store.waiting()) enqueue(message);
  }

  /** Says that we type, at most every other second, or that we stopped. */
  function typing(conversation, active) {
    const now = Date.now();
    if (active ? now - typingSentAt < TYPING_EVERY : typingSentAt === 0) return;
    typingSentAt = active ? now : 0;
    socket.volatile.emit("typing", { conversation, active });
  }

  function seen(history) {
    if (!socket.connected || history.unread(store.self) === 0) return;
    const before = history.readSeq;
    const seq = history.lastSeq;
    history.readSeq = seq;
    store.changed();
    ask("message:seen", { conversation: history.id, seq }).catch(() => {
      // The server does not know: the next look says it again.
      if (history.readSeq === seq) history.readSeq = before;
    });
  }

  function open(conversation) {
    store.active = conversation;
    if (conversation) {
      const history = store.history(conversation);
      history.newFrom = history.unread(store.self) > 0 ? history.readSeq : Number.POSITIVE_INFINITY;
    }
    store.changed();
  }

  const picture = (message) =>
    loadPicture(
      message,
      async ({ conversation, id }) => (await ask("picture:get", { conversation, id })).bytes,
    );

  return {
    send,
    retry,
    flush,
    typing,
    seen,
    open,
    picture,
    joinRoom: (id) => ask("room:join", { id }).then(() => open(id), tell),
    createRoom: (name) => ask("room:create", { name }).then(({ id }) => open(id)),
    leaveRoom: (id) => ask("room:leave", { id }).catch(tell),
    rename: (name) => ask("user:rename", { name }),
  };
}
