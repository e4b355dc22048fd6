import { join } from "node:path";
import { rateLimit, Server } from "socket.io";
import { Journal } from "./journal.js";
import { LIMITS } from "./limits.js";
import { MessageStore } from "./message-store.js";
import { Refusal } from "./refusal.js";
import { SessionStore } from "./session-store.js";
import * as validate from "./validate.js";

/** Adds private messaging to an HTTP server; what is said is kept in the folder `data`. Returns the Socket.IO server. */
export function createMessaging(httpServer, data) {
  const sessions = new SessionStore(new Journal(join(data, "sessions.jsonl")));
  const messages = new MessageStore(new Journal(join(data, "messages.jsonl")));

  const io = new Server(httpServer, {
    maxHttpBufferSize: 100_000,
    connectionStateRecovery: {
      maxDisconnectionDuration: LIMITS.recovery.duration,
      maxBytes: LIMITS.recovery.bytes,
      // Who has signed out in the meantime does not come back by the side door.
      revalidate: (_handshake, { data }) => sessions.find(data.sessionId) !== undefined,
    },
  });

  // Not run for a client that comes back to its session: it was let in before.
  io.use((socket, next) => {
    try {
      const { sessionId, name } = validate.record(socket.handshake.auth);
      const known = typeof sessionId === "string" ? sessions.find(sessionId) : undefined;
      socket.data = known ?? sessions.create(validate.name(name));
      next();
    } catch (error) {
      next(refusal(error));
    }
  });

  io.on("connection", rateLimit({ events: LIMITS.rate }));
  io.on("connection", async (socket) => {
    const { sessionId, userId, name } = socket.data;
    // The tabs of a user share this room, and a recovered socket is in it already.
    socket.join(userId);
    listen(socket);
    if (!socket.recovered) {
      socket.emit("session", { sessionId, userId, name });
      socket.emit("users", await listUsers(userId));
    }
    socket.broadcast.emit("user connected", { userId, name });
  });

  function listen(socket) {
    const { sessionId, userId } = socket.data;

    answer(socket, "private message", (request) => {
      const to = validate.id(request.to);
      if (!sessions.all().some((one) => one.userId === to)) {
        throw new Refusal("ERR_NO_SUCH_USER", "This person is no longer here.");
      }
      const given = { id: validate.id(request.id), from: userId, to, text: validate.text(request.text) };
      const { message, isNew } = messages.add({ ...given, at: Date.now() });
      if (isNew) socket.to([to, userId]).emit("private message", message);
      return { message };
    });

    answer(socket, "sign out", () => {
      sessions.end(sessionId);
      socket.broadcast.emit("user gone", { userId });
      io.in(userId).except(socket.id).disconnectSockets(true);
      return {};
    });

    socket.on("disconnect", async () => {
      const others = await io.in(userId).fetchSockets();
      if (others.length === 0) socket.broadcast.emit("user disconnected", { userId });
    });
  }

  /** Everybody else, with whom is online and what the user and they have said. */
  async function listUsers(self) {
    const online = new Set((await io.fetchSockets()).map((socket) => socket.data.userId));
    return sessions
      .all()
      .filter(({ userId }) => userId !== self)
      .map(({ userId, name }) => ({
        userId,
        name,
        online: online.has(userId),
        messages: messages.between(self, userId),
      }));
  }

  return io;
}

/** Every request is answered: `{ ok: true, … }`, or `{ ok: false, code, message }`. */
function answer(socket, event, handle) {
  socket.on(event, (request, ...rest) => {
    const acknowledge = rest.at(-1) ?? request;
    let reply;
    try {
      reply = { ok: true, ...handle(validate.record(request)) };
    } catch (error) {
      const { code, message } = refusal(error).data;
      reply = { ok: false, code, message };
    }
    if (typeof acknowledge === "function") acknowledge(reply);
  });
}

function refusal(error) {
  const known =
    error instanceof Refusal ? error : new Refusal("ERR_INTERNAL", "Something went wrong on the server.");
  if (known !== error) console.error(error);
  const { code, message } = known;
  return Object.assign(new Error(message), { data: { code, message } });
}
