import { describe, expect, it } from "vitest";
import { Manager } from "../src/index.js";
import { DEFAULTS, delayBefore, resolvePolicy } from "../src/options.js";

const URL = "http://127.0.0.1:1";

describe("policy", () => {
  it("has defaults, which undefined and null leave alone", () => {
    expect(resolvePolicy({})).toEqual(DEFAULTS);
    const nothing = { reconnection: undefined, reconnectionDelay: null as unknown as number };
    expect(resolvePolicy(nothing)).toEqual(DEFAULTS);
  });

  it.each([
    ["reconnection", "yes"],
    ["reconnectionAttempts", -1],
    ["reconnectionDelay", Number.NaN],
    ["reconnectionDelayMax", "soon"],
    ["randomizationFactor", 1.5],
    ["randomizationFactor", -0.1],
    ["timeout", -1],
    ["timeout", {}],
  ])("refuses %s: %s", (key, value) => {
    const expected = expect.objectContaining({
      code: "ERR_INVALID_OPTION",
      message: expect.stringContaining(`"${key}"`),
    });
    const options = { [key]: value, autoConnect: false };
    expect(() => new Manager(URL, options)).toThrow(expected);
    const manager = new Manager(URL, { autoConnect: false });
    const set = manager[key as "timeout"] as (value: unknown) => unknown;
    expect(() => set(value)).toThrow(expected);
  });

  it("refuses delays that contradict each other, when both are given", () => {
    const both = { reconnectionDelay: 2000, reconnectionDelayMax: 1000 };
    expect(() => resolvePolicy(both)).toThrow(expect.objectContaining({ code: "ERR_INVALID_OPTION" }));
    expect(resolvePolicy({ reconnectionDelay: 20_000 }).reconnectionDelayMax).toBe(5000);
  });

  it("can be read and changed through the manager", () => {
    const manager = new Manager(URL, { autoConnect: false, reconnectionAttempts: 3 });
    expect(manager.reconnection()).toBe(true);
    expect(manager.reconnectionAttempts()).toBe(3);
    expect(manager.reconnectionDelay()).toBe(1000);
    expect(manager.reconnectionDelayMax()).toBe(5000);
    expect(manager.randomizationFactor()).toBe(0.5);
    expect(manager.timeout()).toBe(20_000);
    const same = manager.reconnection(false).reconnectionAttempts(1).reconnectionDelay(2);
    same.reconnectionDelayMax(3).randomizationFactor(0).timeout(false);
    expect(same).toBe(manager);
    expect(manager.reconnection()).toBe(false);
    expect(manager.reconnectionAttempts()).toBe(1);
    expect(manager.reconnectionDelay()).toBe(2);
    expect(manager.reconnectionDelayMax()).toBe(3);
    expect(manager.randomizationFactor()).toBe(0);
    expect(manager.timeout()).toBe(false);
  });

  it("never changes the caller's options", () => {
    const options = Object.freeze({ autoConnect: false, query: Object.freeze({ a: "1" }) });
    const manager = new Manager(URL, options);
    expect(manager.opts).not.toBe(options);
    expect(manager.opts.path).toBe("/socket.io");
  });
});

describe("delay before a reconnection", () => {
  const policy = {
    ...DEFAULTS,
    reconnectionDelay: 100,
    reconnectionDelayMax: 1000,
    randomizationFactor: 0.5,
  };

  it("doubles, up to the maximum", () => {
    const exact = { ...policy, randomizationFactor: 0 };
    expect([1, 2, 3, 4, 5, 6, 2000].map((attempt) => delayBefore(attempt, exact, 0.5))).toEqual([
      100, 200, 400, 800, 1000, 1000, 1000,
    ]);
  });

  it("is spread at the maximum too, below it", () => {
    expect([0, 0.5, 1].map((random) => delayBefore(2000, policy, random))).toEqual([1000, 875, 750]);
  });

  it("is spread by the randomization factor", () => {
    expect(delayBefore(1, policy, 0)).toBe(50);
    expect(delayBefore(1, policy, 1)).toBe(150);
    expect(delayBefore(1, { ...policy, randomizationFactor: 0 }, 0.9)).toBe(100);
  });

  it("is a number in the extremes", () => {
    expect(delayBefore(1e6, { ...policy, reconnectionDelay: 0 }, 0.3)).toBe(0);
    expect(delayBefore(1e6, policy, 0)).toBe(1000);
    expect(delayBefore(1e6, { ...policy, randomizationFactor: 1 }, 0)).toBe(0);
  });
});
