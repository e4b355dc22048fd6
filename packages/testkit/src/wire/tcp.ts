import { connect, type Socket } from "node:net";
import { DEFAULT_TIMEOUT, TimeoutError, within } from "../timeout.js";

/** A TCP connection whose every byte the test decides. */
export interface TcpWire {
  readonly socket: Socket;
  /** Everything received and not yet taken. */
  received(): Buffer;
  write(bytes: string | Uint8Array): void;
  /** Takes the received bytes up to and including `marker`; waits for it. */
  takeUntil(marker: string, timeout?: number): Promise<Buffer>;
  /** Takes what was received by the time the peer ended or the connection broke. */
  takeAll(timeout?: number): Promise<Buffer>;
  /** Settles when the connection is over; says whether by an error such as ECONNRESET. */
  closed(timeout?: number): Promise<{ error: NodeJS.ErrnoException | undefined }>;
  /** Breaks the connection with a TCP reset. */
  reset(): void;
  destroy(): void;
}

/**
 * Connects to the host and port of `url`.
 *
 * @example
 * const tcp = await openTcp(url);
 * tcp.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
 * const head = await tcp.takeUntil("\r\n\r\n");
 */
export async function openTcp(url: string): Promise<TcpWire> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let buffered = Buffer.alloc(0);
  let error: NodeJS.ErrnoException | undefined;
  let over = false;
  const checks = new Set<() => void>();
  const notify = () => {
    for (const check of checks) check();
  };
  socket.on("data", (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    notify();
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", (reason: NodeJS.ErrnoException) => {
    error = reason;
  });
  socket.on("close", () => {
    over = true;
    notify();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });

  const take = (length: number) => {
    const bytes = buffered.subarray(0, length);
    buffered = buffered.subarray(length);
    return bytes;
  };
  return {
    socket,
    received: () => buffered,
    write: (bytes) => socket.write(bytes),
    takeUntil(marker, timeout = DEFAULT_TIMEOUT) {
      const awaited = `${JSON.stringify(marker)} over TCP`;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          checks.delete(check);
          reject(
            new TimeoutError(awaited, timeout, JSON.stringify(buffered.toString("latin1").slice(0, 200))),
          );
        }, timeout);
        const check = () => {
          const at = buffered.indexOf(marker);
          if (at === -1 && !over) return;
          clearTimeout(timer);
          checks.delete(check);
          if (at === -1) reject(new Error(`the connection closed while waiting for ${awaited}`));
          else resolve(take(at + Buffer.byteLength(marker)));
        };
        checks.add(check);
        check();
      });
    },
    async takeAll(timeout) {
      await within(closed, "the peer to end the TCP connection", timeout);
      return take(buffered.length);
    },
    async closed(timeout) {
      await within(closed, "the TCP connection to close", timeout);
      return { error };
    },
    reset: () => socket.resetAndDestroy(),
    destroy: () => socket.destroy(),
  };
}
