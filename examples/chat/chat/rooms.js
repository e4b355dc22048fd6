import { ChatError } from "./chat-error.js";
import { LIMITS, STANDING_ROOMS } from "./limits.js";
import { Log } from "./messages.js";
import * as validate from "./validate.js";

/** The rooms. A standing room always exists, any other lives as long as somebody is in it. */
export class Rooms {
  #byId = new Map();
  #logOptions;

  constructor(logOptions) {
    this.#logOptions = logOptions;
    for (const name of STANDING_ROOMS) this.#add(validate.room(name), true);
  }

  /** Makes the room that `user` is about to join. */
  create({ id, name }, user) {
    this.#checkSpaceFor(user);
    if (this.#byId.has(id))
      throw new ChatError("ERR_ROOM_EXISTS", `There is already a room named “${name}”.`);
    if (this.#byId.size >= LIMITS.rooms) {
      throw new ChatError(
        "ERR_TOO_MANY_ROOMS",
        `There are ${LIMITS.rooms} rooms already. Join one of them instead.`,
      );
    }
    return this.#add({ id, name }, false);
  }

  find(id) {
    return this.#byId.get(id);
  }

  get(id) {
    const room = this.#byId.get(id);
    if (!room) throw new ChatError("ERR_NO_SUCH_ROOM", "This room no longer exists.");
    return room;
  }

  /** Returns false if the user was in the room already. A newcomer finds the history as read, who returns does not. */
  join(room, user, { returning = false } = {}) {
    if (room.members.has(user.id)) return false;
    this.#checkSpaceFor(user);
    room.members.add(user.id);
    if (!returning) room.log.markRead(user.id, room.log.lastSeq);
    return true;
  }

  /** Returns whether the user was in the room and whether the room still exists. */
  leave(room, user) {
    const left = room.members.delete(user.id);
    room.log.stopReading(user.id);
    if (room.standing || room.members.size > 0) return { left, gone: false };
    this.#byId.delete(room.id);
    room.log.clear();
    return { left, gone: true };
  }

  of(user) {
    return [...this.#byId.values()].filter((room) => room.members.has(user.id));
  }

  list() {
    return [...this.#byId.values()].map(publicRoom);
  }

  #checkSpaceFor(user) {
    if (this.of(user).length >= LIMITS.roomsPerUser) {
      throw new ChatError(
        "ERR_TOO_MANY_ROOMS",
        `You can be in ${LIMITS.roomsPerUser} rooms. Leave one first.`,
      );
    }
  }

  #add({ id, name }, standing) {
    const room = {
      id,
      name,
      standing,
      members: new Set(),
      log: new Log(LIMITS.historyPerRoom, this.#logOptions),
    };
    this.#byId.set(id, room);
    return room;
  }
}

export function publicRoom(room) {
  return { id: room.id, name: room.name, members: [...room.members] };
}
