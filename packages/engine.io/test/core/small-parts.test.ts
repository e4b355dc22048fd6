import { describe, expect, test } from "vitest";
import { FlushScheduler } from "../../src/core/flush-scheduler.js";
import { randomId } from "../../src/core/ids.js";
import { isUnderPath, resolvePath } from "../../src/core/options.js";
import { Outbox } from "../../src/core/outbox.js";
import { PreparedMessage } from "../../src/core/prepared-message.js";
import { parseQuery } from "../../src/core/query.js";
import type { Transport } from "../../src/core/transport.js";

describe("flush scheduler", () => {
  test("flushes all of a turn in one callback", () => {
    const callbacks: (() => void)[] = [];
    const scheduler = new FlushScheduler((callback) => callbacks.push(callback));
    const flushed: string[] = [];
    scheduler.add({ flush: () => flushed.push("a") });
    scheduler.add({
      flush: () => {
        flushed.push("b");
        scheduler.add({ flush: () => flushed.push("c") });
      },
    });
    expect(callbacks).toHaveLength(1);
    callbacks.shift()?.();
    expect(flushed).toEqual(["a", "b"]);
    expect(callbacks).toHaveLength(1);
    callbacks.shift()?.();
    expect(flushed).toEqual(["a", "b", "c"]);
    expect(callbacks).toHaveLength(0);
  });

  test("an error in one leaves the others to a next callback", () => {
    const callbacks: (() => void)[] = [];
    const scheduler = new FlushScheduler((callback) => callbacks.push(callback));
    const flushed: string[] = [];
    scheduler.add({
      flush: () => {
        throw new Error("listener");
      },
    });
    scheduler.add({ flush: () => flushed.push("b") });
    expect(() => callbacks.shift()?.()).toThrow("listener");
    callbacks.shift()?.();
    expect(flushed).toEqual(["b"]);
  });
});

describe("session ids", () => {
  test("have 20 characters of the URL-safe alphabet, and do not repeat", () => {
    const ids = Array.from({ length: 1000 }, randomId);
    for (const id of ids) expect(id).toMatch(/^[\w-]{20}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("query", () => {
  test.each([
    [undefined, {}],
    ["/", {}],
    ["/?", {}],
    ["/?a=1&b=2", { a: "1", b: "2" }],
    ["/?a=b=c&d=%26+%2B", { a: "b=c", d: "& +" }],
    ["/?a=1&a=2", { a: "2" }],
    ["/?sid=a&sid=b", { sid: "a,b" }],
    ["/?transport=polling&EIO=4&EIO=4&transport=x", { transport: "polling,x", EIO: "4,4" }],
    ["/?constructor=1&toString=2", { constructor: "1", toString: "2" }],
    ["/?%E0%A4%A=1", { "\ufffd%A": "1" }],
  ])("%s", (url, expected) => {
    const query = parseQuery(url);
    expect(Object.getPrototypeOf(query)).toBeNull();
    expect({ ...query }).toEqual(expected);
  });

  test("a key named __proto__ is a key like any other", () => {
    const query = parseQuery("/?__proto__=1");
    expect(Object.keys(query)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["1"]).toBeUndefined();
  });
});

describe("path", () => {
  test.each([
    [{}, "/engine.io/"],
    [{ path: "/foo" }, "/foo/"],
    [{ path: "/foo/" }, "/foo/"],
    [{ path: "/foo/", addTrailingSlash: false }, "/foo"],
  ])("%j", (options, expected) => {
    expect(resolvePath(options)).toBe(expected);
  });

  test.each([
    ["/engine.io/", "/engine.io/", true],
    ["/engine.io/?a=1", "/engine.io/", true],
    ["/engine.io/more", "/engine.io/", true],
    ["/engine.io", "/engine.io/", false],
    ["/engine.io", "/engine.io", true],
    ["/engine.io?a", "/engine.io", true],
    ["/engine.io/", "/engine.io", true],
    ["/engine.iox", "/engine.io", false],
    [undefined, "/engine.io", false],
  ])("%s under %s: %s", (url, path, expected) => {
    expect(isUnderPath(url, path)).toBe(expected);
  });
});

describe("outbox", () => {
  const transport = {} as Transport;

  test("gives what was added once, in order", () => {
    const outbox = new Outbox();
    expect(outbox.isEmpty).toBe(true);
    outbox.add({ type: "ping" });
    outbox.add({ type: "noop" });
    expect(outbox.isEmpty).toBe(false);
    expect(outbox.take().map(({ type }) => type)).toEqual(["ping", "noop"]);
    expect(outbox.isEmpty).toBe(true);
    expect(outbox.take()).toEqual([]);
  });

  test("calls back for what was sent, not for what waits", () => {
    const outbox = new Outbox();
    const called: string[] = [];
    outbox.add({ type: "message" }, () => called.push("a"));
    outbox.take();
    outbox.add({ type: "message" }, () => called.push("b"));
    outbox.sent(transport);
    outbox.sent(transport);
    expect(called).toEqual(["a"]);
    outbox.take();
    outbox.sent(transport);
    expect(called).toEqual(["a", "b"]);
  });

  test("calls back for a batch whose transport was replaced before it reported", () => {
    const outbox = new Outbox();
    const called: string[] = [];
    outbox.add({ type: "message" }, () => called.push("a"));
    outbox.take();
    outbox.add({ type: "message" }, () => called.push("b"));
    outbox.take();
    outbox.sent(transport);
    expect(called).toEqual(["a", "b"]);
  });

  test("drops messages, the oldest first, and calls back for none of them", () => {
    const outbox = new Outbox();
    const called: string[] = [];
    outbox.add({ type: "message", data: "aaaa" }, () => called.push("a"));
    outbox.add({ type: "ping" }, () => called.push("ping"));
    outbox.add({ type: "message", data: "b", options: { droppable: false } });
    outbox.add(new PreparedMessage(["cc", new Uint8Array(3)]));
    outbox.add({ type: "message", data: new ArrayBuffer(7) }, () => called.push("d"));
    // A prepared message weighs twice what it has, its frames included.
    expect([outbox.bytes, outbox.weight, outbox.keptWeight]).toEqual([17, 22 + 5 * 64, 1 + 2 * 64]);
    expect(outbox.dropOldest(22 + 5 * 64)).toBe(0);
    expect(outbox.dropOldest(22 + 5 * 64 - 5)).toBe(1);
    expect([outbox.bytes, outbox.weight]).toEqual([13, 18 + 4 * 64]);
    expect(outbox.dropOldest(8 + 3 * 64)).toBe(1);
    expect(outbox.take().map(({ type }) => type)).toEqual(["ping", "message", "message"]);
    outbox.sent(transport);
    expect(called).toEqual(["ping", "d"]);
    expect([outbox.bytes, outbox.weight, outbox.keptWeight]).toEqual([0, 0, 0]);
    outbox.add({ type: "message" });
    expect(outbox.dropOldest(0)).toBe(1);
    expect(outbox.isEmpty).toBe(true);
  });

  test("forgets everything when cleared", () => {
    const outbox = new Outbox();
    outbox.add({ type: "message" }, () => expect.unreachable());
    outbox.take();
    outbox.add({ type: "message" }, () => expect.unreachable());
    outbox.clear();
    outbox.sent(transport);
    expect(outbox.isEmpty).toBe(true);
  });
});

describe("prepared message", () => {
  test("builds each form once", () => {
    const message = new PreparedMessage(['51-["a",{"_placeholder":true,"num":0}]', new Uint8Array([1, 2])]);
    expect(message.payload).toBe('451-["a",{"_placeholder":true,"num":0}]\x1ebAQI=');
    let built = 0;
    const framer = () => ++built;
    expect(message.frames(framer)).toBe(1);
    expect(message.frames(framer)).toBe(1);
    const other = () => `other ${++built}`;
    expect([message.frames(other), message.frames(framer), message.frames(other)]).toEqual([
      "other 2",
      1,
      "other 2",
    ]);
  });
});
