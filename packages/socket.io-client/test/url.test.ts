import { describe, expect, it } from "vitest";
import { resolveTarget } from "../src/url.js";

const page = { protocol: "https:", host: "page.example:8443" };

describe("target of a URL", () => {
  it.each([
    ["http://host/", "http://host", "/"],
    ["http://host", "http://host", "/"],
    ["http://host/nsp", "http://host", "/nsp"],
    ["http://host/a/b/?q=1#frag", "http://host", "/a/b/"],
    ["http://host?q=/x", "http://host", "/"],
    ["http://host#/x", "http://host", "/"],
    ["https://host:443/x", "https://host:443", "/x"],
    ["ws://host:80/x", "ws://host:80", "/x"],
    ["wss://host?x", "wss://host", "/"],
    ["http://[::1]:3000/x", "http://[::1]:3000", "/x"],
    ["http://user:pw@host/x", "http://user:pw@host", "/x"],
    ["http://host/é ü/x", "http://host", "/é ü/x"],
  ])("%s", (url, origin, nsp) => {
    for (const where of [undefined, page]) {
      expect(resolveTarget(url, where)).toEqual({ source: url, origin, nsp });
    }
  });

  it.each([
    [undefined, "https://page.example:8443/", "/"],
    ["", "https://page.example:8443/", "/"],
    ["/", "https://page.example:8443/", "/"],
    ["/chat?a=1", "https://page.example:8443/chat?a=1", "/chat"],
    ["//other:1/chat", "https://other:1/chat", "/chat"],
    ["other:1/chat", "https://other:1/chat", "/chat"],
    ["localhost", "https://localhost", "/"],
  ])("%s, completed by the page's address", (url, source, nsp) => {
    expect(resolveTarget(url, page)).toMatchObject({ source, nsp });
    expect(resolveTarget(url, page).origin).toBe(source.replace(/(:\d+|\w)(\/[^/].*|\/)$/, "$1"));
  });

  it("takes https where there is no page", () => {
    expect(resolveTarget("host:1/x").source).toBe("https://host:1/x");
    expect(resolveTarget("//host:1/x").source).toBe("https://host:1/x");
  });

  it.each(["http://", "https:///nsp", "http://?a=b", "ftp://host", "javascript://x"])(
    "%s is none, and the error says which",
    (url) => {
      for (const where of [undefined, page]) {
        expect(() => resolveTarget(url, where)).toThrow(
          expect.objectContaining({ code: "ERR_INVALID_URL", message: `invalid URL: ${url}` }),
        );
      }
    },
  );

  it.each([undefined, null, "", "/chat"])("%s needs a page", (url) => {
    const expected = expect.objectContaining({ code: "ERR_NO_LOCATION" });
    expect(() => resolveTarget(url)).toThrow(expected);
    expect(() => resolveTarget(url, { protocol: "file:", host: "" })).toThrow(expected);
  });
});
