import { ChatError } from "./chat-error.js";
import { record } from "./validate.js";

const OVERLOADED = { ok: false, code: "ERR_TOO_FAST", message: "Slow down a little, then try again." };
const INTERNAL = { ok: false, code: "ERR_INTERNAL", message: "Something went wrong on the server." };

function run(handler, input) {
  try {
    return { ok: true, ...handler(record(input)) };
  } catch (error) {
    if (error instanceof ChatError) return { ok: false, code: error.code, message: error.message };
    console.error(error);
    return INTERNAL;
  }
}

/**
 * Listens to a request of a client: `handler(input)` returns the fields of the answer or throws a ChatError. The
 * acknowledgement is `{ ok: true, … }` or `{ ok: false, code, message }`; whatever a client sends, nothing is thrown.
 * `cost` is what the request takes from the user's token bucket.
 */
export function on(socket, event, cost, handler) {
  socket.on(event, (input, ...rest) => {
    const acknowledge = rest.at(-1);
    const answer = socket.data.user.bucket.take(cost) ? run(handler, input) : OVERLOADED;
    if (typeof acknowledge === "function") acknowledge(answer);
  });
}
