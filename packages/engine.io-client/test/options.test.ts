import { afterEach, describe, expect, it, vi } from "vitest";
import { resolveOptions } from "../src/options.js";

afterEach(() => vi.unstubAllGlobals());

const where = (...args: Parameters<typeof resolveOptions>) => {
  const { secure, hostname, port } = resolveOptions(...args);
  return `${secure ? "secure" : "plain"} ${hostname} ${port}`;
};

describe("resolveOptions", () => {
  it.each([
    ["http://a", "plain a 80"],
    ["https://a", "secure a 443"],
    ["ws://a:1", "plain a 1"],
    ["wss://a:2", "secure a 2"],
    ["a:3", "plain a 3"],
    ["http://[::1]:4", "plain ::1 4"],
  ])("finds the host in %s", (uri, expected) => {
    expect(where(uri)).toBe(expected);
  });

  it("takes the host from the options, with or without a URI argument", () => {
    expect(where({ host: "a", port: 5 })).toBe("plain a 5");
    expect(where(null, { hostname: "b", secure: true })).toBe("secure b 443");
    expect(where("", { hostname: "c", port: "6" })).toBe("plain c 6");
    expect(where()).toBe("plain localhost 80");
  });

  it("takes the rest from the page", () => {
    vi.stubGlobal("location", { protocol: "https:", hostname: "page", port: "8443" });
    expect(where()).toBe("secure page 8443");
    expect(where("ws://other")).toBe("plain other 80");
    expect(where({ hostname: "other" })).toBe("secure other 443");
    expect(where("/path")).toBe("plain page 8443");
  });

  it.each([
    [undefined, undefined, "/engine.io/"],
    ["/x", undefined, "/x/"],
    ["/x/", undefined, "/x/"],
    ["/x/", false, "/x"],
    ["/x", false, "/x"],
  ])("makes of path %o, with addTrailingSlash %o, %s", (path, addTrailingSlash, expected) => {
    expect(resolveOptions("http://a", { path, addTrailingSlash }).path).toBe(expected);
  });

  it("takes the query from the URI, else from the options, as text or object", () => {
    expect(resolveOptions("http://a?b=c", { query: { d: "e" } }).query).toEqual({ b: "c" });
    expect(resolveOptions("http://a", { query: { d: "e" } }).query).toEqual({ d: "e" });
    expect(resolveOptions("http://a", { query: "f=g" }).query).toEqual({ f: "g" });
    expect(resolveOptions("http://a").query).toEqual({});
  });

  it("fills in for options that are undefined", () => {
    const { timestampParam, upgrade, transportOptions } = resolveOptions("http://a", {
      timestampParam: undefined,
      upgrade: undefined,
      transportOptions: undefined,
    });
    expect({ timestampParam, upgrade, transportOptions }).toEqual({
      timestampParam: "t",
      upgrade: true,
      transportOptions: {},
    });
  });

  it("never changes the object it is given", () => {
    const opts = Object.freeze({ host: "a", query: Object.freeze({ b: "c" }), path: "/x" });
    resolveOptions(opts);
    resolveOptions("http://z", opts);
    expect(opts).toEqual({ host: "a", query: { b: "c" }, path: "/x" });
  });
});
