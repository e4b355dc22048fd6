/**
 * What is used of a WebSocket: that of `ws`, or of a module with its interface. Named here, so that the users of this package
 * need no types of `ws`.
 */
export interface WebSocketLike {
  /** Not every module tells. */
  readonly bufferedAmount?: number;
  readonly readyState: number;
  readonly extensions: string;
  on(event: "message", listener: (data: Buffer | ArrayBuffer | Buffer[], isBinary: boolean) => void): unknown;
  on(event: "close", listener: (code: number, reason: Buffer) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  send(
    data: string | ArrayBuffer | ArrayBufferView,
    options: { compress: boolean; binary: boolean },
    callback: (error?: Error | null) => void,
  ): void;
  close(code?: number, reason?: string): void;
  pause?(): void;
  resume?(): void;
}
