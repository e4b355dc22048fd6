import type { SocketOptions } from "./contract.js";
import { guard } from "./errors.js";

export type Reply = (error: Error | null, ...values: unknown[]) => void;

interface Item<Flags> {
  readonly args: unknown[];
  readonly flags: Flags;
  readonly reply: Reply | undefined;
  tries: number;
  isPending?: boolean;
}

/** Events that go again until they are acknowledged or their retries are used up, so many at a time. */
export interface RetryQueue<Flags> {
  /** @param args the event's name, its arguments and, if wanted, the callback for the acknowledgement */
  add(args: unknown[], flags: Flags): void;
  /** Sends what may be under way, and is not. */
  drain(): void;
}

export function createRetryQueue<Flags extends { signal?: AbortSignal }>(
  { retries = 0, retryWindow = 1 }: Partial<SocketOptions>,
  socket: { readonly connected: boolean },
  send: (args: unknown[], flags: Flags, reply: Reply) => void,
): RetryQueue<Flags> {
  const items: Item<Flags>[] = [];

  const drain = () => {
    for (const item of items.slice(0, retryWindow)) {
      if (item.isPending || !socket.connected) continue;
      item.isPending = true;
      item.tries++;
      send(item.args, item.flags, (error, ...values) => {
        item.isPending = false;
        if (!error || item.tries > retries || item.flags.signal?.aborted) {
          items.splice(items.indexOf(item), 1);
          if (item.reply) guard(item.reply, socket, [error, ...values]);
        }
        drain();
      });
    }
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
