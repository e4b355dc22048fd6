import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { collect, waitFor, within } from "../src/index.js";

describe("waitFor", () => {
  it("gives the arguments and stops listening", async () => {
    const emitter = new EventEmitter();
    const wait = waitFor<[number, string]>(emitter, "data", { rejectOn: ["error"] });
    emitter.emit("data", 1, "a");
    expect(await wait).toEqual([1, "a"]);
    expect(emitter.eventNames()).toEqual([]);
  });

  it("waits for the emission the filter accepts", async () => {
    const emitter = new EventEmitter();
    const wait = waitFor<[number]>(emitter, "data", { filter: (value) => value > 1 });
    emitter.emit("data", 1);
    emitter.emit("data", 2);
    expect(await wait).toEqual([2]);
  });

  it("is refused by the events named", async () => {
    const emitter = new EventEmitter();
    const wait = waitFor(emitter, "connect", { rejectOn: ["connect_error"] });
    emitter.emit("connect_error", new Error("no"));
    await expect(wait).rejects.toThrow("no");
    expect(emitter.eventNames()).toEqual([]);
  });

  it("names the event and the emitter when time is out, and stops listening", async () => {
    const emitter = new EventEmitter();
    const wait = waitFor(emitter, "connect", { timeout: 5, filter: () => false });
    emitter.emit("connect");
    await expect(wait).rejects.toThrow('waiting for "connect" of EventEmitter; seen: 1 the filter refused');
    expect(emitter.eventNames()).toEqual([]);
  });

  it("works on an EventTarget", async () => {
    const target = new EventTarget();
    const wait = waitFor<[Event]>(target, "ping");
    target.dispatchEvent(new Event("ping"));
    expect((await wait)[0].type).toBe("ping");
  });

  it("refuses what is no emitter", () => {
    expect(() => collect({}, "x")).toThrow(TypeError);
  });
});

describe("collect", () => {
  it("records several events in order, from the call on, until stopped", async () => {
    const emitter = new EventEmitter();
    emitter.emit("a", 0);
    const events = collect(emitter, "a", "b");
    emitter.emit("a", 1);
    emitter.emit("b", 2, 3);
    expect(await events.take(2)).toEqual([
      { event: "a", args: [1] },
      { event: "b", args: [2, 3] },
    ]);
    events.stop();
    emitter.emit("a", 4);
    expect(events.size).toBe(0);
  });

  it("names all events awaited", async () => {
    const events = collect(new EventEmitter(), "a", "b");
    await expect(events.next({ timeout: 5 })).rejects.toThrow('waiting for "a" or "b" of EventEmitter');
  });
});

describe("within", () => {
  it("passes results and errors on", async () => {
    expect(await within(Promise.resolve(1), "one")).toBe(1);
    await expect(within(Promise.reject(new Error("no")), "one")).rejects.toThrow("no");
  });

  it("names what takes too long", async () => {
    await expect(within(new Promise(() => {}), "godot", 5)).rejects.toThrow("waiting for godot");
  });
});
