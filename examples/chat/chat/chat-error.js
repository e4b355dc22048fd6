/** An error meant for the person at the other end: `code` is stable, `message` is shown as it is. */
export class ChatError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "ChatError";
    this.code = code;
  }
}
