import { ChatError } from "./chat-error.js";
import { viewOf } from "./messages.js";

/** The Socket.IO room in which all connections (tabs, devices) of one user are. */
export const userChannel = (userId) => `user:${userId}`;

function inRoom(state, user, id) {
  const room = state.rooms.get(id);
  if (!room.members.has(user.id)) throw new ChatError("ERR_NOT_IN_ROOM", "Join the room first.");
  return {
    id: room.id,
    idForOthers: room.id,
    log: room.log,
    channel: room.id,
    readers: () => room.members.size - 1,
    isReader: (userId) => room.members.has(userId),
    idFor: () => room.id,
  };
}

function withPerson(state, user, id) {
  const peer = state.users.get(id.slice(1));
  if (peer.id === user.id) throw new ChatError("ERR_BAD_REQUEST", "This is you.");
  return {
    id,
    idForOthers: `@${user.id}`,
    log: state.directs.open(user, peer).log,
    channel: userChannel(peer.id),
    readers: () => 1,
    isReader: (userId) => userId === peer.id,
    // Each of the two knows the conversation by the other's name.
    idFor: (userId) => `@${userId === user.id ? peer.id : user.id}`,
  };
}

/**
 * What `user` calls `id` ("#room" or "@person"): its log, the channel on which the others listen, who reads it, and
 * what they call it. Throws if it does not exist or is closed to this user.
 */
export function conversation(state, user, id) {
  return id.startsWith("#") ? inRoom(state, user, id) : withPerson(state, user, id);
}

/** Everything `user` takes part in. */
export function conversationsOf(state, user) {
  const ids = [
    ...state.rooms.of(user).map((room) => room.id),
    ...state.directs.of(user).map(([peerId]) => `@${peerId}`),
  ];
  return ids.map((id) => conversation(state, user, id));
}

/** A conversation as `user` gets to see it on opening it. */
export function historyOf({ id, log }, user) {
  return { id, readSeq: log.readBy(user.id), messages: log.messages.map((message) => viewOf(message, id)) };
}
