import { ChatError } from "./chat-error.js";
import { conversation, historyOf, userChannel } from "./conversations.js";
import { viewOf } from "./messages.js";
import { on } from "./on.js";
import { publicRoom } from "./rooms.js";
import * as validate from "./validate.js";

/** Puts a user, on all tabs, into a room. */
export function enter(io, state, user, room, options) {
  if (!state.rooms.join(room, user, options)) return;
  io.in(userChannel(user.id)).socketsJoin(room.id);
  note(io, room, user, "joined");
  io.emit("room", publicRoom(room));
  io.to(userChannel(user.id)).emit("room:joined", historyOf(conversation(state, user, room.id), user));
}

/** Takes a user, on all tabs, out of a room. */
export function exit(io, state, user, room) {
  const { left, gone } = state.rooms.leave(room, user);
  if (!left) return;
  io.in(userChannel(user.id)).socketsLeave(room.id);
  io.to(userChannel(user.id)).emit("room:left", { id: room.id });
  if (gone) {
    io.emit("room:gone", { id: room.id });
  } else {
    note(io, room, user, "left");
    io.emit("room", publicRoom(room));
  }
}

function note(io, room, user, kind) {
  const message = room.log.add(user, { kind });
  io.to(room.id).emit("message", viewOf(message, room.id));
}

/** Creating, joining and leaving rooms. */
export function roomEvents(io, state, socket) {
  const { user } = socket.data;

  on(socket, "room:create", 5, ({ name }) => {
    const room = state.rooms.create(validate.room(name), user);
    enter(io, state, user, room);
    return { id: room.id };
  });

  on(socket, "room:join", 2, ({ id }) => {
    const room = state.rooms.get(validate.conversationId(id));
    enter(io, state, user, room);
    return { id: room.id };
  });

  on(socket, "room:leave", 2, ({ id }) => {
    const room = state.rooms.get(validate.conversationId(id));
    if (!room.members.has(user.id)) throw new ChatError("ERR_NOT_IN_ROOM", "You are not in this room.");
    exit(io, state, user, room);
    return {};
  });
}
