import type { Duplex } from "node:stream";

const REASONS: Record<number, string> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  503: "Service Unavailable",
};

/** Answers an upgrade request with an error. */
export function abortUpgrade(
  socket: Duplex,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    "Connection: close",
    "Content-Type: text/html",
    `Content-Length: ${Buffer.byteLength(message)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.once("finish", () => socket.destroy());
  socket.end(`${head.join("\r\n")}\r\n\r\n${message}`);
}
