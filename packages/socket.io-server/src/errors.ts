/** An error with a stable `code` beside its message. */
export interface CodedError extends Error {
  code: string;
}

export function codedError(code: string, message: string): CodedError {
  return Object.assign(new Error(message), { code });
}

export function ackTimeoutError(): CodedError {
  return codedError("ERR_ACK_TIMEOUT", "operation has timed out");
}

export function disconnectedError(): CodedError {
  return codedError("ERR_SOCKET_DISCONNECTED", "socket has been disconnected");
}

export function isDisconnected(error: Error): boolean {
  return (error as CodedError).code === "ERR_SOCKET_DISCONNECTED";
}

/** Throws `error` where no caller can swallow it: it reaches `uncaughtException`, and whoever called us goes on. */
export function surface(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
