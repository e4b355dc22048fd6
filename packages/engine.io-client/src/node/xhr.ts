import type { Agent } from "node:http";
import { installTimerFunctions } from "../timers.js";
import { type Abort, Polling } from "../transports/polling.js";
import { connectionOptions } from "./connection-options.js";
import { createAgent, HttpExchange } from "./http-request.js";
import { cookieJarOf, requestHeaders } from "./request-headers.js";

// As `ws` does for messages, in bytes.
const MAX_RESPONSE = 100 * 1024 * 1024;
// A connection that is being closed should not keep the process alive. Milliseconds.
const FAREWELL_TIMEOUT = 5000;

/** HTTP long-polling over `node:http` and `node:https`. For Node.js, Deno and Bun. */
export class NodeXHR extends Polling {
  #agent?: Agent;

  protected doRequest(
    uri: string,
    body: string | undefined,
    done: (body: string) => void,
    fail: (description: unknown, context?: unknown) => void,
  ): Abort {
    const { opts } = this;
    this.#agent ??= createAgent(opts.secure);
    const jar = cookieJarOf(opts);
    const timers = installTimerFunctions({}, opts);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const exchange = new HttpExchange(
      {
        uri,
        body,
        headers: requestHeaders(opts),
        connection: { agent: this.#agent, ...connectionOptions(opts) },
        maxLength: MAX_RESPONSE,
        unref: !!opts.autoUnref,
        onCookies: (headers) => jar?.store(headers),
      },
      ({ status, responseText }) => {
        timers.clearTimeoutFn(timer);
        if (status === 200) done(responseText);
        else fail(status, exchange);
      },
    );
    const timeout = opts.requestTimeout || (body === "1" ? FAREWELL_TIMEOUT : 0);
    if (timeout) {
      timer = timers.setTimeoutFn(() => exchange.expire(timeout), timeout);
    }
    return () => {
      timers.clearTimeoutFn(timer);
      exchange.abort();
    };
  }
}
