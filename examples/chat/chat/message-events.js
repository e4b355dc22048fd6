import { ChatError } from "./chat-error.js";
import { conversation, userChannel } from "./conversations.js";
import { LIMITS } from "./limits.js";
import { viewOf } from "./messages.js";
import { on } from "./on.js";
import { picture } from "./pictures.js";
import { report } from "./receipts.js";
import * as validate from "./validate.js";

/** Sending, receipts, typing, and pictures of earlier messages. */
export function messageEvents(io, state, socket) {
  const { user } = socket.data;
  const resolve = (input) => conversation(state, user, validate.conversationId(input.conversation));

  on(socket, "message:send", 2, (input) => {
    const target = resolve(input);
    const nonce = validate.nonce(input.nonce);
    // A client that lost the answer sends the message again.
    const earlier = target.log.findByNonce(user.id, nonce);
    if (earlier) return { message: viewOf(earlier, target.id) };

    const text = validate.text(input.text);
    const sent = input.picture === undefined ? undefined : picture(input.picture);
    if (!text && !sent) throw new ChatError("ERR_BAD_REQUEST", "The message is empty.");
    const message = target.log.add(user, { kind: "text", nonce, text, picture: sent?.meta });
    if (sent) state.pictures.add(message.id, sent.bytes);
    post(target, message, sent?.bytes);
    return { message: viewOf(message, target.id) };
  });

  function post(target, message, bytes) {
    const mine = userChannel(user.id);
    io.to(target.channel)
      .except(mine)
      .timeout(LIMITS.deliveryTimeout)
      .emit("message", { ...viewOf(message, target.idForOthers), bytes }, (_timeout, answers = []) => {
        // Each tab answers with its user's id. A timeout is no failure: who answered has the message, the others
        // will find it in their history.
        for (const id of new Set(answers)) {
          if (target.isReader(id)) report(io, target, "delivered", [message], id);
        }
      });
    socket.to(mine).emit("message", { ...viewOf(message, target.id), bytes });
  }

  on(socket, "message:seen", 1, (input) => {
    const target = resolve(input);
    const seq = validate.integer(input.seq, "A position", 0, Number.MAX_SAFE_INTEGER);
    const from = target.log.readBy(user.id);
    target.log.markRead(user.id, seq);
    const upTo = target.log.readBy(user.id);
    const news = target.log.messages.filter((message) => message.seq > from && message.seq <= upTo);
    report(io, target, "seen", news, user.id);
    socket.to(userChannel(user.id)).emit("read", { conversation: target.id, seq: upTo });
    return {};
  });

  on(socket, "picture:get", 1, (input) => {
    const target = resolve(input);
    if (typeof input.id !== "string" || !target.log.has(input.id)) {
      throw new ChatError("ERR_PICTURE_GONE", "This picture is no longer kept by the server.");
    }
    return { bytes: state.pictures.get(input.id) };
  });

  on(socket, "typing", 0.5, (input) => {
    const target = resolve(input);
    // Only the latest state is worth sending: to a connection that is busy, nothing at all.
    socket
      .to(target.channel)
      .except(userChannel(user.id))
      .volatile.emit("typing", {
        conversation: target.idForOthers,
        user: user.id,
        active: input.active === true,
      });
    return {};
  });
}
