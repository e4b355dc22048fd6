import { installTimerFunctions } from "../timers.js";
import { type Abort, Polling } from "./polling.js";

/** HTTP long-polling over the built-in `fetch()`. For browsers, Node.js, Deno and Bun. */
export class Fetch extends Polling {
  protected override readonly reasons: readonly [string, string] = ["fetch read error", "fetch write error"];

  protected doRequest(
    uri: string,
    body: string | undefined,
    done: (body: string) => void,
    fail: (description: unknown, context?: unknown) => void,
  ): Abort {
    const { extraHeaders, withCredentials, requestTimeout } = this.opts;
    const controller = new AbortController();
    const abort = () => controller.abort();
    const { setTimeoutFn, clearTimeoutFn } = installTimerFunctions({}, this.opts);
    const timer = requestTimeout ? setTimeoutFn(abort, requestTimeout) : undefined;
    this.fetch(uri, {
      method: body ? "POST" : "GET",
      body,
      headers: extraHeaders,
      credentials: withCredentials ? "include" : "omit",
      signal: controller.signal,
    })
      // What a listener throws must not be taken for a failed request: outcomes are reported after the last `catch`.
      .then((res) => (res.ok ? res.text().then((text) => () => done(text)) : () => fail(res.status, res)))
      .catch((err) => () => fail(0, err))
      .then((report) => {
        clearTimeoutFn(timer);
        report();
      });
    return abort;
  }

  protected fetch(uri: string, init: RequestInit): Promise<Response> {
    return fetch(uri, init);
  }
}
