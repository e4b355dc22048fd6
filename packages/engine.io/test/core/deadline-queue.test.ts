import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Deadline, DeadlineQueue } from "../../src/core/deadline-queue.js";

let expired: string[];

class Named extends Deadline {
  constructor(
    readonly name: string,
    readonly then?: () => void,
  ) {
    super();
  }

  expire(): void {
    expired.push(this.name);
    this.then?.();
  }
}

beforeEach(() => {
  expired = [];
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test("deadlines expire in order, each after its delay", () => {
  const queue = new DeadlineQueue(1000);
  queue.add(new Named("a"));
  vi.advanceTimersByTime(400);
  queue.add(new Named("b"));
  vi.advanceTimersByTime(599);
  expect(expired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(expired).toEqual(["a"]);
  vi.advanceTimersByTime(400);
  expect(expired).toEqual(["a", "b"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("any number of deadlines wait on one timer, and none is left without them", () => {
  const queue = new DeadlineQueue(1000);
  const deadlines = Array.from({ length: 100 }, (_, i) => new Named(String(i)));
  for (const deadline of deadlines) queue.add(deadline);
  expect(vi.getTimerCount()).toBe(1);
  for (const deadline of deadlines) queue.cancel(deadline);
  expect(vi.getTimerCount()).toBe(0);
});

test("first, middle and last can be cancelled, and twice", () => {
  const queue = new DeadlineQueue(1000);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => new Named(name)) as [Named, Named, Named, Named];
  for (const deadline of [a, b, c, d]) queue.add(deadline);
  for (const deadline of [a, c, c, d]) queue.cancel(deadline);
  vi.advanceTimersByTime(1000);
  expect(expired).toEqual(["b"]);
});

test("adding again starts the delay over, in another queue as well", () => {
  const long = new DeadlineQueue(1000);
  const short = new DeadlineQueue(100);
  const a = new Named("a");
  long.add(a);
  vi.advanceTimersByTime(900);
  long.add(a);
  vi.advanceTimersByTime(900);
  expect(expired).toEqual([]);
  short.add(a);
  vi.advanceTimersByTime(100);
  expect(expired).toEqual(["a"]);
  vi.advanceTimersByTime(2000);
  expect(expired).toEqual(["a"]);
});

test("an expiring deadline may be added again, and others cancelled", () => {
  const queue = new DeadlineQueue(1000);
  const b = new Named("b");
  const a: Named = new Named("a", () => {
    queue.cancel(b);
    if (expired.length < 3) queue.add(a);
  });
  queue.add(a);
  queue.add(b);
  vi.advanceTimersByTime(3000);
  expect(expired).toEqual(["a", "a", "a"]);
});

test("one that throws does not stop the others", () => {
  const queue = new DeadlineQueue(1000);
  queue.add(
    new Named("a", () => {
      throw new Error("from a");
    }),
  );
  queue.add(new Named("b"));
  expect(() => vi.advanceTimersByTime(1000)).toThrow("from a");
  vi.advanceTimersByTime(100);
  expect(expired).toEqual(["a", "b"]);
});
