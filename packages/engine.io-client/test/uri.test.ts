import * as published from "published-engine.io-client";
import { describe, expect, it } from "vitest";
import { parse } from "../src/index.js";
import { decodeQuery, encodeQuery } from "../src/uri.js";

const URIS = [
  "http://localhost",
  "http://localhost:8080",
  "https://www.example.com:80/foo/bar/index.html?a=b&c=d#frag",
  "ws://h/",
  "wss://example.com?token=a/b@c",
  "localhost",
  "localhost:3000",
  "localhost:3000/path?x=1",
  "//example.com/a",
  "http://[::1]",
  "http://[2001:db8::1]:8080/a?b=c",
  "http://user:pass@example.com:99/a",
  "/only/path?x=y",
  "http://example.com/a?time=12:30&at=@home",
  "",
];

describe("parse", () => {
  it.each(URIS)("agrees with the published one about %o", (uri) => {
    const expected = published.parse(uri);
    const { protocol, host, port, path, query, anchor, source } = parse(uri);
    expect({ protocol, host, port, path, query, anchor, source }).toEqual({
      protocol: expected.protocol,
      host: expected.host,
      port: expected.port,
      path: expected.path,
      query: expected.query,
      anchor: expected.anchor,
      source: expected.source,
    });
  });

  it("decodes the query", () => {
    expect(parse("http://h/?a=b%20c&d").queryKey).toEqual({ a: "b c", d: "" });
  });

  it("takes a long text in linear time", () => {
    const long = "a@".repeat(50_000);
    const start = performance.now();
    parse(`http://${long}`);
    parse(long);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe("query", () => {
  it("keeps = and + of values, and names of Object.prototype", () => {
    const query = decodeQuery("token=a+b==&__proto__=x&constructor=y");
    expect(Object.entries(query)).toEqual([
      ["token", "a+b=="],
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
    expect(({} as { x?: string }).x).toBeUndefined();
  });

  it("comes back as it went", () => {
    const query = { "a b": "c&d=e", é: "☃", empty: "" };
    expect(decodeQuery(encodeQuery(query))).toEqual(query);
  });

  it("leaves what is not percent-encoded text as it is", () => {
    expect(decodeQuery("a=100%&b=%E0%A4%A")).toEqual({ a: "100%", b: "%E0%A4%A" });
  });
});
