import { randomUUID } from "node:crypto";
import { Server } from "socket.io";
import { ChatError } from "./chat-error.js";
import { conversationsOf, historyOf, userChannel } from "./conversations.js";
import { Directs } from "./directs.js";
import { LIMITS, MAX_MESSAGE_BYTES, STANDING_ROOMS } from "./limits.js";
import { messageEvents } from "./message-events.js";
import { on } from "./on.js";
import { PictureStore } from "./pictures.js";
import { report } from "./receipts.js";
import { enter, exit, roomEvents } from "./room-events.js";
import { Rooms } from "./rooms.js";
import { publicUser, Users } from "./users.js";
import * as validate from "./validate.js";

/** Adds the chat to an HTTP server and returns its Socket.IO server. */
export function createChat(httpServer) {
  const io = new Server(httpServer, { maxHttpBufferSize: MAX_MESSAGE_BYTES });
  const state = createState(io);

  io.use((socket, next) => {
    try {
      admit(state, socket);
      next();
    } catch (error) {
      next(refusal(error));
    }
  });
  io.on("connection", (socket) => welcome(io, state, socket));
  return io;
}

function createState(io) {
  const pictures = new PictureStore();
  let lastSeq = 0;
  const logOptions = {
    // One count for all histories: a conversation forgotten and begun anew does not start over.
    nextSeq: () => ++lastSeq,
    onDrop: (message) => pictures.delete(message.id),
  };
  const rooms = new Rooms(logOptions);
  const directs = new Directs(logOptions);
  const users = new Users((user) => {
    for (const room of rooms.of(user)) exit(io, { rooms }, user, room);
    directs.forget(user);
    io.emit("user:gone", { id: user.id });
  });
  // Positions in a history only mean something while this process lives; the epoch tells clients which life it is.
  return { epoch: randomUUID(), pictures, rooms, directs, users };
}

function admit(state, socket) {
  const auth = validate.record(socket.handshake.auth);
  const user = state.users.admit(validate.token(auth.token), validate.nickname(auth.name));
  if (user.sockets.size >= LIMITS.tabsPerUser) {
    throw new ChatError("ERR_TOO_MANY_TABS", "The chat is open in too many tabs already.");
  }
  const wanted = Array.isArray(auth.rooms) ? validate.roomList(auth.rooms) : undefined;
  Object.assign(socket.data, { user, wanted });
}

// What the client reads in `connect_error`: the text as `error.message`, the code as `error.data.code`.
function refusal(error) {
  if (!(error instanceof ChatError)) console.error(error);
  const known =
    error instanceof ChatError ? error : new ChatError("ERR_INTERNAL", "The server could not let you in.");
  return Object.assign(new Error(known.message), { data: { code: known.code } });
}

function welcome(io, state, socket) {
  const { user, wanted } = socket.data;
  user.sockets.add(socket.id);
  socket.join([userChannel(user.id), ...state.rooms.of(user).map((room) => room.id)]);
  io.emit("user", publicUser(user));
  if (!user.settled) enterFirstRooms(io, state, user, wanted);

  sendSnapshot(io, state, socket);
  roomEvents(io, state, socket);
  messageEvents(io, state, socket);
  on(socket, "latency", 0.1, () => ({}));
  on(socket, "user:rename", 5, ({ name }) => {
    state.users.rename(user, validate.nickname(name));
    io.emit("user", publicUser(user));
    return { name: user.name };
  });

  socket.on("disconnect", () => {
    user.sockets.delete(socket.id);
    user.leftAt = Date.now();
    if (user.sockets.size === 0) io.emit("user", publicUser(user));
  });
}

// After a restart the server knows nobody: people come back with the list of rooms they were in, and the rooms with them.
function enterFirstRooms(io, state, user, wanted) {
  user.settled = true;
  const rooms = wanted ?? [validate.room(STANDING_ROOMS[0])];
  const returning = wanted !== undefined;
  for (const { id, name } of rooms) {
    try {
      enter(io, state, user, state.rooms.find(id) ?? state.rooms.create({ id, name }, user), { returning });
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      // The chat has as many rooms as it can have; this one does not come back.
    }
  }
}

// Everything a tab needs to start or to catch up. Its acknowledgement counts as delivery of all of it.
function sendSnapshot(io, state, socket) {
  const { user } = socket.data;
  const conversations = conversationsOf(state, user);
  const delivered = conversations.map(({ log }) => [...log.messages]);
  const snapshot = {
    epoch: state.epoch,
    limits: LIMITS,
    self: user.id,
    users: state.users.list(),
    rooms: state.rooms.list(),
    conversations: conversations.map((one) => historyOf(one, user)),
  };
  socket.timeout(LIMITS.deliveryTimeout).emit("welcome", snapshot, (error) => {
    if (error) return;
    conversations.forEach((target, index) => {
      report(io, target, "delivered", delivered[index], user.id);
    });
  });
}
