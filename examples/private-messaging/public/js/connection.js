import { forgetSession, loadSessionId, saveSessionId } from "./session.js";

const ANSWER_WITHIN = 10_000;

/**
 * Connects the store to the server.
 *
 * @param on - `signedOut(problem)` and `recovered()`
 */
export function connection(store, on) {
  let name;
  // The bundle served by the Socket.IO server defines this global.
  const socket = globalThis.io({
    autoConnect: false,
    reconnectionDelayMax: 3000,
    auth: (send) => send({ sessionId: loadSessionId(), name }),
  });

  socket.on("session", (session) => {
    saveSessionId(session.sessionId);
    store.change(() => {
      store.self = session;
    });
  });
  socket.on("users", (users) => {
    store.change(() => store.replacePeople(users));
    flush();
  });
  socket.on("private message", (message) => store.change(() => store.put(message)));
  socket.on("user connected", (user) => store.change(() => store.setOnline(user, true)));
  socket.on("user disconnected", (user) => store.change(() => store.setOnline(user, false)));
  socket.on("user gone", ({ userId }) => store.change(() => store.remove(userId)));

  const setLink = (link) =>
    store.change(() => {
      store.link = link;
    });
  socket.on("connect", () => {
    setLink("online");
    // What was missed has come before this. Otherwise the server sends everything anew.
    if (socket.recovered) {
      on.recovered();
      flush();
    }
  });
  socket.on("disconnect", (reason) => {
    if (reason === "io server disconnect") leave();
    else setLink("waiting");
  });
  socket.on("connect_error", (error) => {
    // A refusal carries data; anything else is the network, and the manager tries again.
    if (error.data) leave(error.message);
    else setLink("waiting");
  });

  function leave(problem) {
    forgetSession();
    socket.disconnect();
    on.signedOut(problem);
  }

  /** Sends what waits. Sent twice it is still one message: the server knows it by its id. */
  function flush() {
    for (const { id, to, text } of store.waiting()) transmit({ id, to, text });
  }

  function transmit(request) {
    socket.timeout(ANSWER_WITHIN).emit("private message", request, (timeout, reply) => {
      // Without an answer it stays where it is, until the connection is back.
      if (timeout) return;
      const { id, to, text } = request;
      const outcome = reply.ok
        ? reply.message
        : { state: "refused", problem: (reply.error ?? reply).message };
      store.change(() => store.put({ id, to, text, from: store.self.userId, ...outcome }));
    });
  }

  return {
    signIn(given) {
      name = given;
      socket.connect();
    },

    send(to, text) {
      const message = { id: crypto.randomUUID(), from: store.self.userId, to, text, at: Date.now() };
      store.change(() => store.put({ ...message, state: "waiting" }));
      if (socket.connected) transmit(message);
    },

    signOut() {
      socket.emit("sign out", {}, () => leave());
    },
  };
}
