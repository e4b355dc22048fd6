import { createRequire } from "node:module";
import type { BroadcastOptions } from "socket.io-adapter";
import { Adapter, SessionAwareAdapter } from "socket.io-adapter";
import { afterEach, describe, expect, test } from "vitest";
import { come, comeBack, cutOff } from "../support/recovering.js";
import { implementations, type Started, start } from "../support/start.js";

const { ours, published } = implementations;
const require = createRequire(createRequire(import.meta.url).resolve("published-socket.io"));
const { SessionAwareAdapter: PublishedSessionAwareAdapter } = require("socket.io-adapter");

let started: Started | undefined;
afterEach(() => started?.close());

describe("one recovery id presented twice", () => {
  async function twice(Implementation: typeof ours) {
    started = await start({ connectionStateRecovery: {} }, Implementation);
    const { url } = started;
    const came = await come(started);
    await cutOff(came);
    const first = await comeBack(url, came.auth);
    const second = await comeBack(url, came.auth);
    expect(first.sid).toBe(came.sid);
    const { io } = came;
    return { ...came, io, first, second };
  }

  test("published: two live connections under one id, of which one hears nothing", async () => {
    const { io, sid, first, second } = await twice(published);
    expect(second.sid).toBe(sid);
    expect(io.sockets.sockets.size).toBe(1);
    expect(io.engine.clientsCount).toBe(2);
    io.to("room").emit("hello");
    await second.client.packets.next();
    expect(first.client.packets.size).toBe(0);
    first.client.close();
    second.client.close();
  });

  test("ours: the later one has the session, the other is disconnected", async () => {
    const { io, sid, first, second } = await twice(ours);
    expect(second.sid).toBe(sid);
    await first.client.wire.closed();
    expect(io.sockets.sockets.size).toBe(1);
    expect(io.engine.clientsCount).toBe(1);
    second.client.close();
  });
});

describe("a client that is back before the server noticed that it was gone", () => {
  test("published: gets a new session, beside the stale one", async () => {
    started = await start({ connectionStateRecovery: {} }, published);
    const { io, sid, auth } = await come(started);
    const again = await comeBack(started.url, auth);
    expect(again.sid).not.toBe(sid);
    expect(io.sockets.sockets.size).toBe(2);
    again.client.close();
  });

  test("ours: gets its session, and the stale connection is kicked", async () => {
    started = await start({ connectionStateRecovery: {} });
    const { io, client, sid, auth } = await come(started);
    const again = await comeBack(started.url, auth);
    expect(again.sid).toBe(sid);
    await client.wire.closed();
    expect(io.sockets.sockets.size).toBe(1);
    again.client.close();
  });
});

describe("a login that was revoked while its client was away", () => {
  const options = { connectionStateRecovery: { revalidate: () => false } };

  test("published: is recovered, and gets what was for it", async () => {
    started = await start(options, published);
    const came = await come(started);
    await cutOff(came);
    came.io.to("room").emit("secret");
    expect(await comeBack(started.url, came.auth)).toMatchObject({ sid: came.sid, missed: ["secret"] });
  });

  test("ours: revalidate refuses it the session", async () => {
    started = await start(options);
    const came = await come(started);
    await cutOff(came);
    came.io.to("room").emit("secret");
    const again = await comeBack(started.url, came.auth);
    expect(again.missed).toEqual([]);
    expect(again.sid).not.toBe(came.sid);
  });
});

describe("much that is sent while a client is away", () => {
  const options = { connectionStateRecovery: { maxBytes: 100_000 } };

  async function flood(Implementation: typeof ours) {
    started = await start(options, Implementation);
    const came = await come(started);
    await cutOff(came);
    for (let i = 0; i < 50; i++) came.io.emit("large", "x".repeat(20_000));
    return { came, again: await comeBack(started.url, came.auth) };
  }

  test("published: is kept, all of it, however large", async () => {
    const { again } = await flood(published);
    expect(again.missed).toHaveLength(50);
  });

  test("ours: is kept up to maxBytes, and who missed more gets a new session", async () => {
    const { came, again } = await flood(ours);
    expect(again.missed).toEqual([]);
    expect(again.sid).not.toBe(came.sid);
  });
});

describe("what was sent to other rooms while a client was away", () => {
  /** Rooms that count how often they are looked at. */
  class CountingSet extends Set<string> {
    static looks = 0;
    override get size(): number {
      CountingSet.looks++;
      return super.size;
    }
    override has(room: string): boolean {
      CountingSet.looks++;
      return super.has(room);
    }
    override [Symbol.iterator](): SetIterator<string> {
      CountingSet.looks++;
      return super[Symbol.iterator]();
    }
  }

  async function looksPerRecovery(make: new (nsp: never) => Adapter): Promise<number> {
    const nsp = {
      name: "/",
      sockets: new Map(),
      server: {
        opts: { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } },
        encoder: { encode: () => [] },
      },
    };
    const adapter = new make(nsp as never);
    const opts = (room: string): BroadcastOptions => ({
      rooms: new CountingSet([room]),
      except: new Set(),
      flags: {},
    });
    const emit = (name: string, room: string) => {
      const data: unknown[] = [name];
      adapter.broadcast({ type: 2, nsp: "/", data } as never, opts(room));
      return data;
    };
    const [, offset] = emit("first", "mine") as [string, string];
    for (let i = 0; i < 1000; i++) emit("noise", `other-${i % 10}`);
    emit("missed", "mine");
    adapter.persistSession({ sid: "sid", pid: "pid", rooms: ["mine"], data: {} });
    CountingSet.looks = 0;
    const session = await adapter.restoreSession("pid", offset);
    expect(session?.missedPackets.map(([name]) => name)).toEqual(["missed"]);
    return CountingSet.looks;
  }

  test("published: is gone through, packet by packet", async () => {
    expect(await looksPerRecovery(PublishedSessionAwareAdapter)).toBeGreaterThanOrEqual(1000);
  });

  test("ours: is not looked at, by an index of the rooms", async () => {
    expect(await looksPerRecovery(SessionAwareAdapter as never)).toBe(0);
    expect(SessionAwareAdapter.prototype).toBeInstanceOf(Adapter);
  });
});
