import type { TransportOptions } from "../contract.js";
import { CookieJar } from "./cookie-jar.js";

/** The jar of the connection, if it keeps cookies. */
export function cookieJarOf({ socket, withCredentials }: TransportOptions): CookieJar | undefined {
  if (!withCredentials) return;
  socket._cookieJar ??= new CookieJar();
  return socket._cookieJar;
}

/** The user's headers, with lower-case names, and the cookies. */
export function requestHeaders(opts: TransportOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(opts.extraHeaders ?? {})) headers[name.toLowerCase()] = value;
  const cookie = cookieJarOf(opts)?.header(headers.cookie);
  if (cookie) headers.cookie = cookie;
  return headers;
}
