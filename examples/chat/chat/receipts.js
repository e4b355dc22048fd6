import { userChannel } from "./conversations.js";
import { mark } from "./messages.js";

/**
 * Notes that `userId` received ("delivered") or looked at ("seen") messages of `conversation`, and tells their
 * authors, on all their tabs.
 */
export function report(io, conversation, field, messages, userId) {
  const byAuthor = new Map();
  for (const message of mark(field, messages, userId)) {
    const receipts = byAuthor.get(message.from) ?? [];
    receipts.push(receiptOf(conversation, message));
    byAuthor.set(message.from, receipts);
  }
  for (const [author, receipts] of byAuthor) io.to(userChannel(author)).emit("receipts", receipts);
}

function receiptOf(conversation, message) {
  return {
    conversation: conversation.idFor(message.from),
    id: message.id,
    delivered: message.delivered.size,
    seen: message.seen.size,
    readers: conversation.readers(),
  };
}
