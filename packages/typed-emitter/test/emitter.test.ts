import { EventEmitter, once } from "node:events";
import { describe, expect, it } from "vitest";
import { type EventNames, type EventParams, TypedEmitter } from "../src/index.js";

interface Events {
  a: (value: number) => void;
  b: () => void;
}
const emitter = () => new TypedEmitter<Events>();
const nothing = () => {};
/** The same emitter, with the types of Node.js. */
const untyped = () => new TypedEmitter() as unknown as EventEmitter;

describe("against the emitter of Node.js", () => {
  type Emitter = Pick<
    EventEmitter,
    | "on"
    | "once"
    | "off"
    | "emit"
    | "prependListener"
    | "prependOnceListener"
    | "removeAllListeners"
    | "listeners"
    | "listenerCount"
    | "eventNames"
  >;
  const operations: Record<string, (e: Emitter, first: () => void, second: () => void) => unknown> = {
    "on first": (e, first) => e.on("x", first) === e,
    "on second": (e, _, second) => e.on("x", second) === e,
    "once first": (e, first) => e.once("x", first) === e,
    "prepend second": (e, _, second) => e.prependListener("x", second) === e,
    "prepend once first": (e, first) => e.prependOnceListener("x", first) === e,
    "off first": (e, first) => e.off("x", first) === e,
    "off second": (e, _, second) => e.off("x", second) === e,
    "remove all": (e) => e.removeAllListeners("x") === e,
    emit: (e) => e.emit("x"),
  };

  function run(e: Emitter, names: readonly string[]): unknown[] {
    const trace: unknown[] = [];
    const first = () => trace.push("first called");
    const second = () => trace.push("second called");
    for (const name of names) {
      trace.push(operations[name]?.(e, first, second));
      trace.push(e.listeners("x").map((listener) => (listener === first ? "first" : "second")));
      trace.push(e.listenerCount("x"), e.eventNames());
    }
    return trace;
  }

  it("does the same for every sequence of four operations", () => {
    const names = Object.keys(operations);
    for (let n = 0; n < names.length ** 4; n++) {
      const sequence = [0, 1, 2, 3].map(
        (i) => names[Math.floor(n / names.length ** i) % names.length] as string,
      );
      expect(run(untyped(), sequence), sequence.join(", ")).toEqual(run(new EventEmitter(), sequence));
    }
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])("passes %d arguments to one and to several listeners", (count) => {
    const args = Array.from({ length: count }, (_, i) => i);
    const received: unknown[][] = [];
    const e = new TypedEmitter();
    e.on("x", (...values) => received.push(values));
    e.emit("x", ...args);
    e.on("x", (...values) => received.push(values));
    e.emit("x", ...args);
    expect(received).toEqual([args, args, args]);
  });

  it.each([new EventEmitter(), untyped()])(
    "walks over the listeners as they were when emit was called",
    (e) => {
      const calls: string[] = [];
      const last = () => calls.push("last");
      e.on("x", () => {
        calls.push("first");
        e.off("x", last);
        e.on("x", () => calls.push("added"));
        e.prependListener("x", () => calls.push("prepended"));
      });
      e.on("x", last);
      e.emit("x");
      expect(calls).toEqual(["first", "last"]);
      calls.length = 0;
      e.emit("x");
      expect(calls).toEqual(["prepended", "first", "added"]);
    },
  );

  it("works with events.once", async () => {
    const e = emitter();
    const received = once(e as unknown as EventEmitter, "a");
    e.emit("a", 5);
    expect(await received).toEqual([5]);
    expect(e.listenerCount("a")).toBe(0);
    const failed = once(e as unknown as EventEmitter, "a");
    (e as unknown as EventEmitter).emit("error", new Error("no"));
    await expect(failed).rejects.toThrow("no");
  });
});

describe("TypedEmitter", () => {
  it("calls listeners with the emitter as `this`", () => {
    const e = emitter();
    let self: unknown;
    e.on("b", function (this: unknown) {
      self = this;
    });
    e.emit("b");
    expect(self).toBe(e);
  });

  it("removes a once listener before it is called", () => {
    const e = emitter();
    let calls = 0;
    e.once("b", () => {
      calls++;
      e.emit("b");
    });
    e.emit("b");
    expect(calls).toBe(1);
  });

  it("calls a once listener once, although two emits walk over it", () => {
    const e = emitter();
    let calls = 0;
    e.once("b", () => e.emit("b"));
    e.once("b", () => calls++);
    e.emit("b");
    expect(calls).toBe(1);
  });

  it("works behind a Proxy", () => {
    const e = new Proxy(emitter(), {});
    const received: number[] = [];
    e.once("a", (value) => received.push(value));
    e.emit("a", 1);
    e.emit("a", 2);
    expect(received).toEqual([1]);
  });

  it("does not throw an error event that nobody hears", () => {
    expect(new TypedEmitter().emit("error", new Error("unheard"))).toBe(false);
  });

  it("lets what a listener throws through, and calls no listener after it", () => {
    const e = emitter();
    let later = 0;
    e.on("b", () => {
      throw new Error("from the listener");
    });
    e.on("b", () => later++);
    expect(() => e.emit("b")).toThrow("from the listener");
    expect(later).toBe(0);
  });

  it("removes everything with off() and removeListener(), and removeAllListeners()", () => {
    for (const method of ["off", "removeListener", "removeAllListeners"] as const) {
      const e = emitter().on("a", nothing).once("b", nothing);
      expect(e[method]()).toBe(e);
      expect(e.eventNames()).toEqual([]);
    }
  });

  it("removes one event's listeners with off(event)", () => {
    const e = emitter().on("a", nothing).on("a", nothing).on("b", nothing);
    e.off("a");
    expect(e.eventNames()).toEqual(["b"]);
  });

  it("removes nothing for an event that is undefined, empty or unknown", () => {
    for (const method of ["off", "removeListener", "removeAllListeners"] as const) {
      for (const event of [undefined, "", "toString"]) {
        const e = emitter().on("a", nothing);
        e[method](event as "a");
        expect(e.listenerCount("a")).toBe(1);
      }
    }
  });

  it.each(["__proto__", "constructor", "hasOwnProperty", "toString", "valueOf", ""])(
    "takes %j for an event name",
    (name) => {
      const e = new TypedEmitter();
      expect(e.emit(name)).toBe(false);
      expect(e.listeners(name)).toEqual([]);
      expect(e.rawListeners(name)).toEqual([]);
      expect(e.off(name, nothing).hasListeners(name)).toBe(false);
      const calls: unknown[] = [];
      e.on(name, (value) => calls.push(value)).prependListener(name, (value) => calls.push(value));
      expect(e.emit(name, 1)).toBe(true);
      expect(calls).toEqual([1, 1]);
      expect(e.eventNames()).toEqual([name]);
      e.removeAllListeners(name);
      expect(e.emit(name, 2)).toBe(false);
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  it("takes symbols for event names", () => {
    const name = Symbol("event");
    const e = new TypedEmitter<Record<symbol, (value: number) => void>>();
    let received = 0;
    e.prependOnceListener(name, (value) => {
      received = value;
    });
    expect(e.eventNames()).toEqual([name]);
    e.emit(name, 3);
    expect(received).toBe(3);
    expect(e.hasListeners(name)).toBe(false);
  });

  it("wraps only once listeners in rawListeners, and a wrapper removes its listener", () => {
    const e = emitter();
    const received: number[] = [];
    const listener = (value: number) => received.push(value);
    e.on("a", nothing).once("a", listener);
    const [plain, wrapper] = e.rawListeners("a");
    expect(plain).toBe(nothing);
    expect(wrapper).not.toBe(listener);
    expect((wrapper as unknown as { listener: unknown }).listener).toBe(listener);
    wrapper?.(7);
    expect(received).toEqual([7]);
    expect(e.listeners("a")).toEqual([nothing]);
  });

  it("refuses a listener that is no function", () => {
    expect(() => emitter().on("a", 5 as never)).toThrow(TypeError);
    expect(() => emitter().prependListener("a", undefined as never)).toThrow(TypeError);
  });

  it("remembers setMaxListeners and enforces nothing", () => {
    const e = emitter();
    expect(e.getMaxListeners()).toBe(10);
    expect(e.setMaxListeners(1)).toBe(e);
    e.on("a", nothing).on("a", nothing);
    expect(e.getMaxListeners()).toBe(1);
    expect(e.listenerCount("a")).toBe(2);
  });

  it("keeps emitReserved and emitUntyped local when a subclass gives emit another meaning", () => {
    const sent: string[] = [];
    // biome-ignore lint/complexity/noBannedTypes: reason: the map without events
    class Remote extends TypedEmitter<{}, Events, { ready: (value: number) => void }> {
      override emit<Ev extends EventNames<Events>>(event: Ev, ..._args: EventParams<Events, Ev>): boolean {
        sent.push(event);
        return true;
      }
      start() {
        return [this.emitReserved("ready", 1), this.emitUntyped("ready", 2), this.emit("a", 3)];
      }
    }
    const received: number[] = [];
    const remote = new Remote();
    remote.on("ready", (value) => received.push(value));
    expect(remote.start()).toEqual([true, true, true]);
    expect(received).toEqual([1, 2]);
    expect(sent).toEqual(["a"]);
  });
});
