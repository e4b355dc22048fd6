import { type Abort, Polling } from "./polling.js";

/** HTTP long-polling over the built-in `XMLHttpRequest`. For browsers and React Native. */
export class XHR extends Polling {
  protected doRequest(
    uri: string,
    data: string | undefined,
    done: (body: string) => void,
    fail: (description: unknown, context?: unknown) => void,
  ): Abort {
    const { extraHeaders, withCredentials, requestTimeout } = this.opts;
    const xhr = new XMLHttpRequest();
    xhr.open(data ? "POST" : "GET", uri);
    for (const name in extraHeaders) xhr.setRequestHeader(name, extraHeaders[name] as string);
    xhr.withCredentials = !!withCredentials;
    xhr.timeout = requestTimeout || 0;
    xhr.onloadend = () => (xhr.status === 200 ? done(xhr.responseText) : fail(xhr.status, xhr));
    xhr.send(data);
    return () => xhr.abort();
  }
}
