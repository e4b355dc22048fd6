import type { BroadcastOptions, Room } from "./contract.js";
import { RoomIndex } from "./room-index.js";
import { sizeOf } from "./size-of.js";

interface Entry {
  id: string;
  rooms: Room[];
  except: Room[];
  data: unknown[];
  emittedAt: number;
  size: number;
}

/**
 * The broadcast packets of the last while, in order, and as many as fit. Each has an id that tells where it stands, and cannot be
 * guessed.
 */
export class PacketLog {
  readonly #maxBytes: number;
  /** By number; packets are numbered from 0. */
  readonly #entries = new Map<number, Entry>();
  readonly #index = new RoomIndex();
  /** The number of the first entry. */
  #first = 0;
  /** The id of the entry before the first. */
  #lastDropped = "";
  #bytes = 0;

  constructor(maxBytes = Number.POSITIVE_INFINITY) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Adds a packet. Its data, to which the id belongs, is kept by reference. Returns the id. */
  append(data: unknown[], { rooms, except }: BroadcastOptions): string {
    const number = this.#first + this.#entries.size;
    // The random part: one must have received a packet to ask for those that follow it.
    const id = `${number.toString(36)}.${Math.random().toString(36).slice(2, 7)}`;
    const size = this.#maxBytes === Number.POSITIVE_INFINITY ? 0 : sizeOf(data);
    const entry: Entry = {
      id,
      rooms: [...rooms],
      except: [...(except ?? [])],
      data,
      emittedAt: Date.now(),
      size,
    };
    this.#entries.set(number, entry);
    this.#index.add(number, entry.rooms);
    this.#bytes += size;
    while (this.#bytes > this.#maxBytes) this.#dropFirst();
    return id;
  }

  /** The data of the packets after the one with that id which a socket in these rooms was to get; `undefined` if unknown. */
  since(id: string, rooms: Room[]): unknown[][] | undefined {
    const start = Number.parseInt(id, 36) + 1;
    // The packets that were dropped are not missed by someone who has the last of them.
    const before = start === this.#first ? this.#lastDropped : this.#entries.get(start - 1)?.id;
    if (!before || before !== id) return;
    const joined = new Set(rooms);
    const missed: unknown[][] = [];
    for (const number of this.#index.from(start, rooms)) {
      const { except, data } = this.#entries.get(number) as Entry;
      if (!except.some((room) => joined.has(room))) missed.push(data);
    }
    return missed;
  }

  /** Drops the packets that were emitted before that time. */
  dropBefore(time: number): void {
    while (this.#entries.size && (this.#entries.get(this.#first) as Entry).emittedAt < time) {
      this.#dropFirst();
    }
  }

  #dropFirst(): void {
    const { id, rooms, size } = this.#entries.get(this.#first) as Entry;
    this.#entries.delete(this.#first);
    this.#index.dropFirst(rooms);
    this.#first++;
    this.#lastDropped = id;
    this.#bytes -= size;
  }
}
