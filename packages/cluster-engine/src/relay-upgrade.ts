import type { IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { codedError } from "./errors.js";
import { upgradeHead } from "./relay-headers.js";
import type { Relay } from "./relay-request.js";

/** How many milliseconds a side that has stopped reading has to take what is left, once the other side is gone. */
const LAST_WORDS = 30_000;

/**
 * Has the owner of a session answer an upgrade request, and passes on the bytes of both sides from then on, at the pace of the slower one.
 *
 * @returns a function that gives up
 */
export function relayUpgrade(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  { address, secret, timeout, failed, done }: Omit<Relay, "agent" | "maxBody">,
): () => void {
  const socket = client as Socket;
  const owner = connect({ ...address, allowHalfOpen: true });
  let answered = false;
  const fail = (error: Error): void => {
    if (answered || socket.destroyed) return;
    answered = true;
    clearTimeout(timer);
    socket.off("close", onClose);
    socket.unpipe(owner);
    owner.destroy();
    done();
    failed(error);
  };
  const timer = setTimeout(() => {
    fail(codedError("ERR_RELAY_TIMEOUT", "the process that holds the session does not answer"));
  }, timeout);
  const onClose = (): void => {
    clearTimeout(timer);
    end(owner);
    done();
  };

  socket.on("error", ignore);
  socket.on("close", onClose);
  owner.on("error", fail);
  owner.on("close", () => {
    fail(codedError("ECONNRESET", "the process that holds the session has closed the connection"));
    end(socket);
  });
  owner.on("end", () => {
    if (answered) socket.end();
    else owner.destroy();
  });
  owner.once("data", () => {
    answered = true;
    clearTimeout(timer);
  });
  owner.once("connect", () => {
    socket.setTimeout?.(0);
    socket.setNoDelay?.(true);
    owner.write(upgradeHead(request, secret));
    if (head.length > 0) owner.write(head);
    socket.pipe(owner);
    // Should the owner end without an answer, the client gets one all the same.
    owner.pipe(socket, { end: false });
  });
  return () => {
    owner.destroy();
    if (answered) socket.destroy();
    else fail(codedError("ERR_RELAY_CLOSED", "this process was closed"));
  };
}

function end(socket: Socket): void {
  if (socket.destroyed) return;
  socket.setTimeout?.(LAST_WORDS, () => socket.destroy());
  socket.destroySoon();
}

function ignore(): void {}
