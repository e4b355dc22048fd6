import { afterEach, describe, expect, it, vi } from "vitest";
import { CookieJar, parseSetCookie } from "../src/node/cookie-jar.js";

afterEach(() => vi.useRealTimers());

describe("parseSetCookie", () => {
  it.each([
    ["a=b", { name: "a", value: "b" }],
    ["a=b=c==; Path=/", { name: "a", value: "b=c==" }],
    ["  a = b ;HttpOnly;secure ; SameSite = Lax", { name: "a", value: "b" }],
    ["a=", { name: "a", value: "" }],
    ['a="b"', { name: "a", value: '"b"' }],
  ])("reads %s", (header, expected) => {
    expect(parseSetCookie(header)).toEqual(expected);
  });

  it.each(["", "a", "=b", "; a=b", `a=${"b".repeat(5000)}`])("refuses %o", (header) => {
    expect(parseSetCookie(header)).toBeUndefined();
  });

  it.each(["Expires", "expires", "EXPIRES"])("knows %s", (name) => {
    const { expires } = parseSetCookie(`a=b; ${name}=Tue, 01 Jul 2031 10:01:11 GMT`) ?? {};
    expect(expires?.toISOString()).toBe("2031-07-01T10:01:11.000Z");
  });

  it.each(["Max-Age", "max-age", "MAX-AGE"])("knows %s, which wins over Expires", (name) => {
    vi.useFakeTimers({ now: 0 });
    const late = "expires=Tue, 01 Jul 2031 10:01:11 GMT";
    expect(parseSetCookie(`a=b; ${name}=60; ${late}`)?.expires).toEqual(new Date(60_000));
    expect(parseSetCookie(`a=b; ${late}; ${name}=60`)?.expires).toEqual(new Date(60_000));
    expect(parseSetCookie(`a=b; ${name}=-1; ${late}`)?.expires).toEqual(new Date(0));
    expect(parseSetCookie(`a=b; ${name}=99999999999999999`)?.expires).toBeUndefined();
  });

  it("ignores times that are none", () => {
    expect(parseSetCookie("a=b; Max-Age=soon; Expires=tomorrow")).toEqual({ name: "a", value: "b" });
  });
});

describe("CookieJar", () => {
  it("returns what it was given, the latest of a name, after the user's own", () => {
    const jar = new CookieJar();
    expect(jar.header()).toBeUndefined();
    jar.store(["a=1", "b=2"]);
    jar.store(["a=3"]);
    jar.store(undefined);
    expect(jar.header()).toBe("a=3; b=2");
    expect(jar.header("own=0")).toBe("own=0; a=3; b=2");
  });

  it("forgets what has ended", () => {
    vi.useFakeTimers({ now: 0 });
    const jar = new CookieJar();
    jar.store(["short=1; Max-Age=10", "long=2"]);
    vi.setSystemTime(9_999);
    expect(jar.header()).toBe("short=1; long=2");
    vi.setSystemTime(10_000);
    expect(jar.header()).toBe("long=2");
    jar.store(["long=; expires=Thu, 01 Jan 1970 00:00:00 GMT"]);
    expect(jar.header()).toBeUndefined();
  });

  it("keeps names like __proto__ apart, and no more than a browser would", () => {
    const jar = new CookieJar();
    jar.store(["__proto__=x"]);
    expect(jar.header()).toBe("__proto__=x");
    jar.store(Array.from({ length: 1000 }, (_, i) => `c${i}=v`));
    expect(jar.header()?.split("; ")).toHaveLength(180);
  });
});
