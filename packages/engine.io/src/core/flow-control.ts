import { TransportError } from "./errors.js";

/** What happens when more is written to a connection than `maxBufferedBytes` lets wait for its client. */
export type BufferPolicy = "disconnect" | "drop-oldest" | "drop-newest";

export const BUFFER_POLICIES: readonly BufferPolicy[] = ["disconnect", "drop-oldest", "drop-newest"];

/** The WebSocket close code that a client gets that reads too slowly: "try again later". */
export const TOO_SLOW_CODE = 1013;
/** The reason beside it, and what a polling client is told. */
export const TOO_SLOW = "the client reads too slowly";

export function bufferFull(bufferedAmount: number, maxBufferedBytes: number): TransportError {
  return new TransportError("ERR_BUFFER_FULL", TOO_SLOW, { bufferedAmount, maxBufferedBytes });
}

/** Whether that is what ended a connection. */
export function isBufferFull(error: unknown): boolean {
  return (error as TransportError | undefined)?.code === "ERR_BUFFER_FULL";
}

/** How much is left when the oldest messages are dropped: some room is made at once, as looking for them takes a while. */
export function afterDrop(maxBufferedBytes: number): number {
  return maxBufferedBytes * 0.875;
}
