import { Fetch } from "../transports/fetch.js";
import { cookieJarOf, requestHeaders } from "./request-headers.js";

/** `Fetch` that keeps cookies, which the `fetch()` of Node.js does not. */
export class NodeFetch extends Fetch {
  protected override async fetch(uri: string, init: RequestInit): Promise<Response> {
    const response = await fetch(uri, { ...init, headers: requestHeaders(this.opts) });
    cookieJarOf(this.opts)?.store(response.headers.getSetCookie());
    return response;
  }
}
