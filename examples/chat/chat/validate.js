import { ChatError } from "./chat-error.js";
import { LIMITS } from "./limits.js";

// Each function takes an unknown value from the network and returns a value that can be trusted, or throws.

// Control, format (zero-width, bidi overrides), private-use and unassigned characters have no place in a name.
const INVISIBLE = /\p{C}/u;
// In text, newlines and tabs are welcome, and format characters too: joined emoji and several scripts need them.
const CONTROL = /(?![\n\t])\p{Cc}/gu;
const ROOM_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} _-]*$/u;

const bad = (message) => new ChatError("ERR_BAD_REQUEST", message);

const lengthOf = (string) => [...string].length;

export function record(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw bad("An object was expected.");
  }
  return value;
}

function string(value, what) {
  if (typeof value !== "string") throw bad(`${what} must be a string.`);
  return value;
}

// Cut before normalising: the work stays small however long the input is.
function shortLine(value, what, max) {
  const raw = string(value, what).slice(0, max * 8);
  const line = raw.normalize("NFKC").trim().replace(/\s+/gu, " ");
  if (line === "") throw bad(`${what} is empty.`);
  if (lengthOf(line) > max) throw bad(`${what} can have at most ${max} characters.`);
  if (INVISIBLE.test(line)) throw bad(`${what} contains characters that cannot be shown.`);
  return line;
}

export function nickname(value) {
  return shortLine(value, "A nickname", LIMITS.nameLength);
}

/** Returns `{ id, name }`: two spellings that differ in case or in spaces are one room. */
export function room(value) {
  const name = shortLine(value, "A room name", LIMITS.roomNameLength);
  if (!ROOM_NAME.test(name)) {
    throw bad(
      "A room name is made of letters, digits, spaces, “-” and “_”, and starts with a letter or digit.",
    );
  }
  const slug = name.toLowerCase().replaceAll(" ", "-");
  return { id: `#${slug}`, name: slug };
}

/** `#room` or `@user`. */
export function conversationId(value) {
  const id = string(value, "A conversation");
  if (!/^[#@]/.test(id) || id.length > 100) throw bad("A conversation is named “#room” or “@person”.");
  return id;
}

/** 128 random bits in hex, made by the client and known to nobody else: whoever has it is that user. */
export function token(value) {
  if (typeof value !== "string" || !/^[0-9a-f]{32}$/.test(value)) throw bad("The session is not valid.");
  return value;
}

/** What the client calls its message, so that a message sent twice is posted once. */
export function nonce(value) {
  if (typeof value !== "string" || !/^[\w-]{8,40}$/.test(value)) throw bad("The message has no valid id.");
  return value;
}

export function integer(value, what, min, max) {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw bad(`${what} must be a whole number between ${min} and ${max}.`);
  }
  return value;
}

export function text(value) {
  if (value === undefined) return "";
  const clean = string(value, "A message").replaceAll("\r\n", "\n").replace(CONTROL, "").trim();
  if (lengthOf(clean) > LIMITS.textLength) {
    throw bad(`A message can have at most ${LIMITS.textLength} characters.`);
  }
  return clean;
}

/** Rooms a client asks to be let into again after the server forgot them. Wrong entries are left out. */
export function roomList(value) {
  if (!Array.isArray(value)) return [];
  return value.slice(0, LIMITS.roomsPerUser).flatMap((entry) => {
    try {
      return [room(entry)];
    } catch {
      return [];
    }
  });
}
