/** Every bound of the chat in one place. All state lives in memory, so everything that can grow has one. */
export const LIMITS = Object.freeze({
  nameLength: 24,
  roomNameLength: 24,
  textLength: 2000,
  pictureBytes: 5 * 1024 * 1024,
  pictureMemory: 64 * 1024 * 1024,
  pictureSide: 20_000,
  /** Remembered people, connected or not; past it the longest-gone is forgotten, or a newcomer is refused. */
  users: 200,
  tabsPerUser: 10,
  rooms: 50,
  roomsPerUser: 20,
  historyPerRoom: 100,
  directs: 300,
  historyPerDirect: 50,
  /** How long a nickname stays reserved for someone who left, in ms. */
  absence: 30 * 60 * 1000,
  /** How long recipients have to acknowledge a message, in ms. */
  deliveryTimeout: 5_000,
  /** Token bucket of one user: size, and tokens regained per second. */
  burst: 60,
  refill: 12,
});

/**
 * The largest message a connection may send. Over HTTP long-polling a picture travels as base64 (4/3 of its size);
 * the rest is room for the text and the envelope.
 */
export const MAX_MESSAGE_BYTES = Math.ceil((LIMITS.pictureBytes * 4) / 3) + 64 * 1024;

/** Rooms that always exist. */
export const STANDING_ROOMS = Object.freeze(["general", "pictures", "off-topic"]);
