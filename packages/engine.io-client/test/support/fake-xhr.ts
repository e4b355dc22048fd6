/** As much of `XMLHttpRequest` as a browser would show to a transport, over `fetch()`. */
export class FakeXHR {
  static last: FakeXHR;
  onloadend?: () => void;
  status = 0;
  responseText = "";
  timeout = 0;
  withCredentials = false;
  readonly headers: Record<string, string> = {};
  readonly #abort = new AbortController();
  #method = "";
  #uri = "";

  constructor() {
    FakeXHR.last = this;
  }

  open(method: string, uri: string): void {
    this.#method = method;
    this.#uri = uri;
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }

  abort(): void {
    this.#abort.abort();
  }

  send(body?: string): void {
    const timer = this.timeout ? setTimeout(() => this.abort(), this.timeout) : undefined;
    void this.#exchange(body).then(() => {
      clearTimeout(timer);
      this.onloadend?.();
    });
  }

  async #exchange(body?: string): Promise<void> {
    try {
      const { headers } = this;
      const res = await fetch(this.#uri, { method: this.#method, body, headers, signal: this.#abort.signal });
      this.responseText = await res.text();
      this.status = res.status;
    } catch {
      this.status = 0;
    }
  }
}
