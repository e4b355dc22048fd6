/** A cookie of the server. */
export interface Cookie {
  name: string;
  value: string;
  /** When it ends; absent when it lasts as long as the connection. */
  expires?: Date;
}

// A server may set as many as browsers keep for a site, and each as long as they take.
const MAX_COOKIES = 180;
const MAX_LENGTH = 4096;

/** Reads a `Set-Cookie` header. Of the attributes, only those that end the cookie matter here. RFC 6265, section 5.2. */
export function parseSetCookie(header: string): Cookie | undefined {
  const [pair = "", ...attributes] = header.split(";");
  const equals = pair.indexOf("=");
  const name = pair.slice(0, equals).trim();
  if (equals < 0 || !name || header.length > MAX_LENGTH) return;
  const cookie: Cookie = { name, value: pair.slice(equals + 1).trim() };

  let maxAge: number | undefined;
  for (const attribute of attributes) {
    const [key = "", ...rest] = attribute.split("=");
    const value = rest.join("=").trim();
    switch (key.trim().toLowerCase()) {
      case "expires": {
        const date = new Date(value);
        if (!Number.isNaN(date.getTime())) cookie.expires = date;
        break;
      }
      case "max-age":
        if (/^-?\d+$/.test(value)) maxAge = Number(value);
        break;
    }
  }
  // Max-Age wins wherever it stands; a time too far for a Date is no end at all.
  if (maxAge !== undefined) {
    const expires = new Date(Date.now() + maxAge * 1000);
    if (maxAge <= 0) cookie.expires = new Date(0);
    else if (Number.isNaN(expires.getTime())) delete cookie.expires;
    else cookie.expires = expires;
  }
  return cookie;
}

/** The cookies of one server, for load balancers that route by cookie. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();

  /** Takes the `Set-Cookie` headers of a response. */
  store(headers: readonly string[] | undefined): void {
    for (const header of headers ?? []) {
      const cookie = parseSetCookie(header);
      if (!cookie) continue;
      if (this.#cookies.size < MAX_COOKIES || this.#cookies.has(cookie.name)) {
        this.#cookies.set(cookie.name, cookie);
      }
    }
  }

  /** The value of the `Cookie` header: the cookies that have not ended, after those that the user set. */
  header(own?: string): string | undefined {
    const now = Date.now();
    const pairs = own ? [own] : [];
    for (const { name, value, expires } of this.#cookies.values()) {
      if (expires && expires.getTime() <= now) this.#cookies.delete(name);
      else pairs.push(`${name}=${value}`);
    }
    return pairs.length ? pairs.join("; ") : undefined;
  }
}
