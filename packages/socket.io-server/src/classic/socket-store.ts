/** The values that `socket.set` of the original API keeps. */
export class SocketStore {
  readonly #values = new Map<string, unknown>();

  set(key: string, value: unknown, callback?: (err: null) => void): void {
    this.#values.set(key, value);
    callback?.(null);
  }

  get(key: string, callback: (err: null, value: unknown) => void): void {
    callback(null, this.#values.get(key) ?? null);
  }

  has(key: string, callback: (err: null, has: boolean) => void): void {
    callback(null, this.#values.has(key));
  }

  del(key: string, callback?: (err: null) => void): void {
    this.#values.delete(key);
    callback?.(null);
  }
}
