import type { BroadcastOptions, Room } from "./contract.js";

interface Entry {
  id: string;
  rooms: Room[];
  except: Room[];
  data: unknown[];
  emittedAt: number;
}

/** The broadcast packets of the last while, in order. Each has an id that tells where it stands, and cannot be guessed. */
export class PacketLog {
  #entries: Entry[] = [];
  /** The number of the first entry; packets are numbered from 0. */
  #first = 0;
  /** The id of the entry before the first. */
  #lastDropped = "";

  get size(): number {
    return this.#entries.length;
  }

  /** Adds a packet. Its data, to which the id belongs, is kept by reference. Returns the id. */
  append(data: unknown[], { rooms, except }: BroadcastOptions): string {
    const number = this.#first + this.#entries.length;
    // The random part: one must have received a packet to ask for those that follow it.
    const id = `${number.toString(36)}.${Math.random().toString(36).slice(2, 7)}`;
    this.#entries.push({ id, rooms: [...rooms], except: [...(except ?? [])], data, emittedAt: Date.now() });
    return id;
  }

  /** The data of the packets after the one with that id which a socket in these rooms was to get; `undefined` if unknown. */
  since(id: string, rooms: Room[]): unknown[][] | undefined {
    const start = Number.parseInt(id, 36) - this.#first + 1;
    // The packets that were dropped are not missed by someone who has the last of them.
    const before = start === 0 ? this.#lastDropped : this.#entries[start - 1]?.id;
    if (!before || before !== id) return;
    const joined = new Set(rooms);
    const missed: unknown[][] = [];
    for (let i = start; i < this.#entries.length; i++) {
      const entry = this.#entries[i] as Entry;
      const included = !entry.rooms.length || entry.rooms.some((room) => joined.has(room));
      if (included && !entry.except.some((room) => joined.has(room))) missed.push(entry.data);
    }
    return missed;
  }

  /** Drops the packets that were emitted before that time. */
  dropBefore(time: number): void {
    const index = this.#entries.findIndex(({ emittedAt }) => emittedAt >= time);
    const dropped = this.#entries.splice(0, index < 0 ? this.#entries.length : index);
    const last = dropped.at(-1);
    if (!last) return;
    this.#first += dropped.length;
    this.#lastDropped = last.id;
  }
}
