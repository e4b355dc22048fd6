import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CreateAdapter, event, to } from "./adapter-suite.js";
import type { AnyAdapter, BroadcastOptions } from "./contract.js";
import { FakeNamespace } from "./fake-namespace.js";

/** What every adapter with connection state recovery does, with a maxDisconnectionDuration of 1000 ms. */
export function recoverySuite(name: string, create: CreateAdapter): void {
  describe(`${name}: recovery`, () => {
    let namespace: FakeNamespace;
    let adapter: AnyAdapter;

    beforeEach(async () => {
      vi.useFakeTimers();
      namespace = new FakeNamespace();
      adapter = await create(namespace);
      namespace.adapter = adapter;
      await adapter.init();
      namespace.connect("s1", "r1");
    });
    afterEach(async () => {
      await adapter.close();
      vi.useRealTimers();
    });

    /** Broadcasts an event and returns its offset. */
    function emit(name: string, opts: BroadcastOptions = to()): string {
      const packet = event(name);
      void adapter.broadcast(packet, opts);
      return (packet.data as string[])[1] as string;
    }

    const persist = (pid = "p1", data: unknown = { user: 1 }) =>
      adapter.persistSession({ sid: "s1", pid, rooms: ["s1", "r1"], data });

    const missed = async (pid: string, offset: string) =>
      (await adapter.restoreSession(pid, offset))?.missedPackets.map(([name]) => name);

    it("gives a session back with what it missed", async () => {
      emit("received");
      const offset = emit("last received");
      persist();
      const offsets = [emit("to all"), emit("to its room", to(["r1"])), emit("to itself", to(["s1"]))];
      emit("to another room", to(["r2"]));
      emit("to others", to([], ["r1"]));
      emit("to all but another", to([], ["r2"]));
      const session = await adapter.restoreSession("p1", offset);
      expect(session).toMatchObject({ sid: "s1", pid: "p1", rooms: ["s1", "r1"], data: { user: 1 } });
      expect(session?.missedPackets.slice(0, 3)).toEqual([
        ["to all", offsets[0]],
        ["to its room", offsets[1]],
        ["to itself", offsets[2]],
      ]);
      expect(session?.missedPackets.slice(3).map(([name]) => name)).toEqual(["to all but another"]);
    });

    it("gives a session back that missed nothing", async () => {
      const offset = emit("last received");
      persist();
      expect(await missed("p1", offset)).toEqual([]);
    });

    it("adds an offset to events that can be missed, and to nothing else", () => {
      expect(emit("a")).toBeTypeOf("string");
      expect(emit("b")).not.toBe(emit("c"));
      const others = [
        [event("volatile"), to([], [], { volatile: true })],
        [{ ...event("to be acknowledged"), id: 1 }, to()],
        [{ type: 3, data: ["an acknowledgement"] }, to()],
      ] as const;
      for (const [packet, opts] of others) {
        void adapter.broadcast(packet, opts);
        expect(packet.data).toHaveLength(1);
      }
      const acknowledged = event("with acknowledgement");
      adapter.broadcastWithAck(
        acknowledged,
        to(),
        () => {},
        () => {},
      );
      expect(acknowledged.data).toHaveLength(1);
    });

    it("sends what it keeps", () => {
      const socket = namespace.sockets.get("s1");
      const offset = emit("a");
      expect(namespace.encoded[0]?.data).toEqual(["a", offset]);
      expect(socket?.written).toHaveLength(1);
    });

    it("does not know other ids and offsets", async () => {
      const offset = emit("a");
      persist();
      expect(await adapter.restoreSession("p2", offset)).toBeNull();
      for (const bad of ["", "zzz", "0", "-1", "NaN", "__proto__", `${offset}x`]) {
        persist();
        expect(await adapter.restoreSession("p1", bad)).toBeNull();
      }
      persist();
      expect(await adapter.restoreSession("p1", undefined as unknown as string)).toBeNull();
    });

    it("keeps a session for its time", async () => {
      const offset = emit("a");
      persist();
      vi.setSystemTime(Date.now() + 999);
      emit("b");
      expect(await missed("p1", offset)).toEqual(["b"]);
      persist();
      vi.setSystemTime(Date.now() + 1001);
      expect(await adapter.restoreSession("p1", offset)).toBeNull();
    });

    it("forgets sessions and packets after a while", async () => {
      const offset = emit("a");
      persist();
      await vi.advanceTimersByTimeAsync(120_000);
      persist();
      emit("b");
      emit("c");
      await vi.advanceTimersByTimeAsync(500);
      const last = emit("d");
      expect(await adapter.restoreSession("p1", `${offset}x`)).toBeNull();
      persist();
      emit("e");
      expect(await missed("p1", last)).toEqual(["e"]);
    });
  });
}
