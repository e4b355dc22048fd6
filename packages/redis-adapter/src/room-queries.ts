import type { Room } from "socket.io-adapter";

interface Query {
  rooms: Set<Room>;
  missing: number;
  timer: NodeJS.Timeout;
  resolve(rooms: Set<Room>): void;
  reject(error: Error): void;
}

/** The questions after the rooms of other servers that are not all answered. */
export class RoomQueries {
  readonly #queries = new Map<string, Query>();
  readonly #timeout: number;
  #next = 0;

  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  ask(servers: number, known: Iterable<Room>): { id: string; found: Promise<Set<Room>> } {
    const id = `rooms-${this.#next++}-${Math.random().toString(36).slice(2)}`;
    const rooms = new Set(known);
    if (servers <= 0) return { id, found: Promise.resolve(rooms) };
    const found = new Promise<Set<Room>>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(id, "ERR_CLUSTER_TIMEOUT"), this.#timeout);
      timer.unref();
      this.#queries.set(id, { rooms, missing: servers, timer, resolve, reject });
    });
    return { id, found };
  }

  answer(id: string, rooms: Room[]): void {
    const query = this.#queries.get(id);
    if (!query) return;
    for (const room of rooms) query.rooms.add(room);
    if (--query.missing > 0) return;
    clearTimeout(query.timer);
    this.#queries.delete(id);
    query.resolve(query.rooms);
  }

  close(): void {
    for (const id of [...this.#queries.keys()]) this.#fail(id, "ERR_ADAPTER_CLOSED");
  }

  #fail(id: string, code: string): void {
    const { timer, reject, rooms } = this.#queries.get(id) as Query;
    clearTimeout(timer);
    this.#queries.delete(id);
    const error = new Error("timeout reached while waiting for allRooms response");
    reject(Object.assign(error, { code, responses: [...rooms] }));
  }
}
