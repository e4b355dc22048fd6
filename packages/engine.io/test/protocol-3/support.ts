import { type HttpReply, type HttpRequestOptions, httpRequest } from "testkit";
import { PATH } from "../support.js";

/** A polling session of protocol 3, by raw HTTP. */
export interface LegacySession {
  sid: string;
  /** The response to the handshake. */
  first: HttpReply;
  target: string;
  poll(): Promise<HttpReply>;
  post(body: string | Uint8Array, headers?: HttpRequestOptions["headers"]): Promise<HttpReply>;
}

/** @param query - begins with `&` */
export async function openLegacy(url: string, query = "", protocol = 3): Promise<LegacySession> {
  const handshake = `${PATH}?EIO=${protocol}&transport=polling${query}`;
  const first = await httpRequest(url, handshake);
  const sid = /"sid\\?":\\?"([^"\\]+)/.exec(first.text)?.[1] ?? "";
  const target = `${handshake}&sid=${sid}`;
  return {
    sid,
    first,
    target,
    poll: () => httpRequest(url, target),
    post: (body, headers = { "content-type": "text/plain;charset=UTF-8" }) =>
      httpRequest(url, target, { method: "POST", body, headers }),
  };
}

/** What a JSONP client sends: the payload in the field of a form, its newlines escaped. */
export function formOf(payload: string): string {
  const escaped = payload.replaceAll("\\n", "\\\\n").replaceAll("\n", "\\n");
  return new URLSearchParams({ d: escaped }).toString();
}

export const FORM = { "content-type": "application/x-www-form-urlencoded" };
export const BYTES = { "content-type": "application/octet-stream" };

/** What a browser gets by running a JSONP response. */
export function runScript(script: string, index: string): unknown {
  let received: unknown;
  const callbacks = { [index]: (payload: unknown) => (received = payload) };
  new Function("___eio", script)(callbacks);
  return received;
}
