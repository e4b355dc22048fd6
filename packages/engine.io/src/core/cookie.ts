import { type SerializeOptions, stringifySetCookie } from "cookie";

interface CookieOptions extends SerializeOptions {
  /** @default "io" */
  name?: string;
}

/** What `Set-Cookie` is built from; `undefined` when no cookie is sent. */
export type ResolvedCookie = { name: string; attributes: SerializeOptions } | undefined;

/** `path: false` leaves the attribute out. */
export type CookieOption = boolean | (Omit<CookieOptions, "path"> & { path?: string | false | undefined });

export function resolveCookie(option: CookieOption | undefined): ResolvedCookie {
  if (!option) return undefined;
  const { name = "io", path = "/", ...rest } = option === true ? {} : option;
  const attributes: SerializeOptions = { httpOnly: true, sameSite: "lax", ...rest };
  if (path !== false) attributes.path = path;
  return { name, attributes };
}

export function setCookie({ name, attributes }: NonNullable<ResolvedCookie>, sid: string): string {
  return stringifySetCookie(name, sid, attributes);
}
