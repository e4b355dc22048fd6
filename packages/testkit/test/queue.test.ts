import { describe, expect, it } from "vitest";
import { Queue } from "../src/index.js";

describe("Queue", () => {
  it("gives what came before and what comes after the wait, in order", async () => {
    const queue = new Queue<number>("numbers");
    queue.push(1);
    queue.push(2);
    expect(await queue.next()).toBe(1);
    expect(queue.size).toBe(1);
    const later = queue.take(3);
    queue.push(3);
    queue.push(4);
    expect(await later).toEqual([2, 3, 4]);
    expect(queue.all).toEqual([1, 2, 3, 4]);
  });

  it("serves waits first come, first served", async () => {
    const queue = new Queue<string>("letters");
    const waits = Promise.all([queue.next(), queue.next()]);
    queue.push("a");
    queue.push("b");
    expect(await waits).toEqual(["a", "b"]);
  });

  it("skips to the item that matches and drains the rest", async () => {
    const queue = new Queue<number>("numbers");
    for (const item of [1, 2, 3, 4, 5]) queue.push(item);
    expect(await queue.until((item) => item === 3)).toBe(3);
    expect(queue.drain()).toEqual([4, 5]);
    expect(queue.size).toBe(0);
  });

  it("names what was awaited and what was seen when time is out", async () => {
    const queue = new Queue<string>("a letter");
    queue.push("x");
    await queue.next();
    await expect(queue.next({ timeout: 5 })).rejects.toMatchObject({
      code: "ERR_TESTKIT_TIMEOUT",
      message: 'timed out after 5 ms waiting for a letter; seen: "x"',
    });
    await expect(queue.take(2, { timeout: 5 })).rejects.toThrow("waiting for a letter (1 of 2)");
  });

  it("keeps an item for the next wait when one timed out before it came", async () => {
    const queue = new Queue<string>("a letter");
    await expect(queue.next({ timeout: 5 })).rejects.toThrow("nothing");
    queue.push("late");
    expect(await queue.next()).toBe("late");
  });

  it("refuses waits once ended, after what was left has been taken", async () => {
    const queue = new Queue<string>("a letter");
    queue.push("a");
    const waits = [queue.next(), queue.next()];
    queue.end(new Error("over"));
    expect(await waits[0]).toBe("a");
    await expect(waits[1]).rejects.toThrow("over");
    await expect(queue.next()).rejects.toThrow("over");
  });
});
