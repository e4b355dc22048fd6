import { guard } from "./errors.js";

export type Reply = (error: Error | null, ...values: unknown[]) => void;

interface Item<Flags> {
  readonly args: unknown[];
  readonly flags: Flags;
  readonly reply: Reply | undefined;
  tries: number;
}

/** Events that go one at a time, each again until it is acknowledged or its retries are used up. */
export interface RetryQueue<Flags> {
  /** @param args the event's name, its arguments and, if wanted, the callback for the acknowledgement */
  add(args: unknown[], flags: Flags): void;
  /** Sends the first event, unless it is under way. */
  drain(): void;
}

export function createRetryQueue<Flags>(
  retries: number,
  socket: { readonly connected: boolean },
  send: (args: unknown[], flags: Flags, reply: Reply) => void,
): RetryQueue<Flags> {
  const items: Item<Flags>[] = [];
  let pending = false;

  const drain = () => {
    const [item] = items;
    if (!item || pending || !socket.connected) return;
    pending = true;
    item.tries++;
    send(item.args, item.flags, (error, ...values) => {
      pending = false;
      if (!error || item.tries > retries) {
        items.shift();
        if (item.reply) guard(item.reply, socket, [error, ...values]);
      }
      drain();
    });
  };

  return {
    add(args, flags) {
      const reply = typeof args[args.length - 1] === "function" ? (args.pop() as Reply) : undefined;
      items.push({ args, flags, reply, tries: 0 });
      drain();
    },
    drain,
  };
}
