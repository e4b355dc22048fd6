import type { Room } from "./contract.js";

/** Growing numbers of which the smallest go first. */
class Ascending {
  #numbers: number[] = [];
  #head = 0;

  get isEmpty(): boolean {
    return this.#head === this.#numbers.length;
  }

  push(number: number): void {
    this.#numbers.push(number);
  }

  dropFirst(): void {
    this.#head++;
    // Now and then, so that each drop costs the same on average.
    if (this.#head * 2 > this.#numbers.length) {
      this.#numbers = this.#numbers.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Those from `start` on. */
  from(start: number): number[] {
    let low = this.#head;
    let high = this.#numbers.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#numbers[middle] as number) < start) low = middle + 1;
      else high = middle;
    }
    return this.#numbers.slice(low);
  }
}

/** Which of the packets, by growing numbers, went to which room; to no room in particular is to all. */
export class RoomIndex {
  readonly #everywhere = new Ascending();
  readonly #byRoom = new Map<Room, Ascending>();

  add(number: number, rooms: readonly Room[]): void {
    if (!rooms.length) this.#everywhere.push(number);
    for (const room of rooms) {
      let numbers = this.#byRoom.get(room);
      if (!numbers) {
        numbers = new Ascending();
        this.#byRoom.set(room, numbers);
      }
      numbers.push(number);
    }
  }

  /** Forgets the smallest number, which went to these rooms. */
  dropFirst(rooms: readonly Room[]): void {
    if (!rooms.length) this.#everywhere.dropFirst();
    for (const room of rooms) {
      const numbers = this.#byRoom.get(room);
      numbers?.dropFirst();
      if (numbers?.isEmpty) this.#byRoom.delete(room);
    }
  }

  /** The numbers from `start` on that went to any of the rooms or to all, in order. */
  from(start: number, rooms: readonly Room[]): number[] {
    const found = new Set(this.#everywhere.from(start));
    for (const room of rooms)
      for (const number of this.#byRoom.get(room)?.from(start) ?? []) found.add(number);
    return [...found].sort((a, b) => a - b);
  }
}
