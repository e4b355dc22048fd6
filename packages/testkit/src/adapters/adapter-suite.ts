import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AnyAdapter, BroadcastOptions, BroadcastPacket, Flags } from "./contract.js";
import { FakeNamespace } from "./fake-namespace.js";

export type CreateAdapter = (namespace: FakeNamespace) => AnyAdapter | Promise<AnyAdapter>;

export const to = (rooms: string[] = [], except: string[] = [], flags: Flags = {}): BroadcastOptions => ({
  rooms: new Set(rooms),
  except: new Set(except),
  flags,
});

export const event = (...data: unknown[]): BroadcastPacket => ({ type: 2, data });

/** What every adapter does with the sockets of its own server. */
export function adapterSuite(name: string, create: CreateAdapter): void {
  describe(name, () => {
    let namespace: FakeNamespace;
    let adapter: AnyAdapter;

    beforeEach(async () => {
      namespace = new FakeNamespace();
      adapter = await create(namespace);
      namespace.adapter = adapter;
      await adapter.init();
    });
    afterEach(() => adapter.close());

    const rooms = () => Object.fromEntries([...adapter.rooms].map(([room, ids]) => [room, [...ids]]));
    const sids = () => Object.fromEntries([...adapter.sids].map(([id, joined]) => [id, [...joined]]));
    /** The ids of the sockets that a broadcast with these options reaches. */
    const reached = (opts: BroadcastOptions) => {
      void adapter.broadcast(event("x"), opts);
      const ids = [...namespace.sockets.values()].filter(({ written }) => written.length).map(({ id }) => id);
      for (const socket of namespace.sockets.values()) {
        expect(socket.written.length).toBeLessThan(2);
        socket.written.length = 0;
      }
      return ids;
    };

    describe("rooms", () => {
      it("are joined and left", async () => {
        await adapter.addAll("s1", new Set(["s1", "r1"]));
        await adapter.addAll("s2", new Set(["r1", "r2"]));
        expect(rooms()).toEqual({ s1: ["s1"], r1: ["s1", "s2"], r2: ["s2"] });
        expect(sids()).toEqual({ s1: ["s1", "r1"], s2: ["r1", "r2"] });
        expect(adapter.socketRooms("s1")).toEqual(new Set(["s1", "r1"]));
        expect(adapter.socketRooms("unknown")).toBeUndefined();

        await adapter.del("s1", "r1");
        await adapter.del("s1", "never-joined");
        await adapter.del("unknown", "r1");
        expect(rooms()).toEqual({ s1: ["s1"], r1: ["s2"], r2: ["s2"] });
        expect(sids()).toEqual({ s1: ["s1"], s2: ["r1", "r2"] });

        adapter.delAll("s2");
        adapter.delAll("unknown");
        expect(rooms()).toEqual({ s1: ["s1"] });
        expect(sids()).toEqual({ s1: ["s1"] });
      });

      it("keep a socket that is in none", async () => {
        await adapter.addAll("s1", new Set());
        expect(sids()).toEqual({ s1: [] });
        await adapter.addAll("s1", new Set(["r1"]));
        await adapter.del("s1", "r1");
        expect(sids()).toEqual({ s1: [] });
        expect(rooms()).toEqual({});
      });

      it.each(["__proto__", "constructor", "hasOwnProperty", ""])("may be called %j", async (room) => {
        await adapter.addAll("s1", new Set([room]));
        expect([...adapter.rooms.keys()]).toEqual([room]);
        namespace.connect("s2");
        expect(reached(to([room]))).toEqual([]);
        namespace.connect("s1", room);
        expect(reached(to([room]))).toEqual(["s1"]);
      });

      it("tell of every change, once, when it is visible", async () => {
        const trace: unknown[] = [];
        for (const name of ["create-room", "join-room", "leave-room", "delete-room"]) {
          adapter.on(name, (...args: unknown[]) => trace.push([name, ...args, rooms(), sids()]));
        }
        await adapter.addAll("s1", new Set(["r1"]));
        await adapter.addAll("s1", new Set(["r1"]));
        await adapter.addAll("s2", new Set(["r1", "r2"]));
        await adapter.del("s1", "r1");
        await adapter.del("s1", "r1");
        adapter.delAll("s2");
        adapter.delAll("s2");
        expect(trace).toEqual([
          ["create-room", "r1", { r1: [] }, { s1: ["r1"] }],
          ["join-room", "r1", "s1", { r1: ["s1"] }, { s1: ["r1"] }],
          ["join-room", "r1", "s2", { r1: ["s1", "s2"] }, { s1: ["r1"], s2: ["r1"] }],
          ["create-room", "r2", { r1: ["s1", "s2"], r2: [] }, { s1: ["r1"], s2: ["r1", "r2"] }],
          ["join-room", "r2", "s2", { r1: ["s1", "s2"], r2: ["s2"] }, { s1: ["r1"], s2: ["r1", "r2"] }],
          ["leave-room", "r1", "s1", { r1: ["s2"], r2: ["s2"] }, { s1: [], s2: ["r1", "r2"] }],
          ["leave-room", "r1", "s2", { r1: [], r2: ["s2"] }, { s1: [], s2: ["r1", "r2"] }],
          ["delete-room", "r1", { r2: ["s2"] }, { s1: [], s2: ["r1", "r2"] }],
          ["leave-room", "r2", "s2", { r2: [] }, { s1: [], s2: ["r1", "r2"] }],
          ["delete-room", "r2", {}, { s1: [], s2: ["r1", "r2"] }],
        ]);
      });
    });

    describe("a broadcast", () => {
      beforeEach(() => {
        namespace.connect("s1", "r1", "r2");
        namespace.connect("s2", "r1");
        namespace.connect("s3", "r2");
        namespace.connect("s4");
      });

      it.each<[string, string[], string[], string[]]>([
        ["everyone", [], [], ["s1", "s2", "s3", "s4"]],
        ["a room", ["r1"], [], ["s1", "s2"]],
        ["the room of one socket", ["s3"], [], ["s3"]],
        ["several rooms, each socket once", ["r1", "r2"], [], ["s1", "s2", "s3"]],
        ["the same socket by room and by id", ["r1", "s1"], [], ["s1", "s2"]],
        ["no one, for a room that does not exist", ["none"], [], []],
        ["a room, among rooms that do not exist", ["none", "r2", "nor this"], [], ["s1", "s3"]],
        ["everyone but a socket", [], ["s2"], ["s1", "s3", "s4"]],
        ["everyone but a room", [], ["r1"], ["s3", "s4"]],
        ["everyone but several rooms", [], ["r1", "r2"], ["s4"]],
        ["everyone but a room that does not exist", [], ["none"], ["s1", "s2", "s3", "s4"]],
        ["a room but a socket", ["r1"], ["s1"], ["s2"]],
        ["a room but another", ["r1"], ["r2"], ["s2"]],
        ["a room but itself", ["r1"], ["r1"], []],
        ["several rooms but several", ["r1", "r2", "s4"], ["s1", "none", "s4"], ["s2", "s3"]],
      ])("reaches %s", (_, rooms, except, ids) => {
        expect(reached(to(rooms, except))).toEqual(ids);
      });

      it("needs neither exceptions nor flags", () => {
        expect(reached({ rooms: new Set(["r1"]) })).toEqual(["s1", "s2"]);
        expect(reached({ rooms: new Set() })).toEqual(["s1", "s2", "s3", "s4"]);
      });

      it("skips an id without socket", () => {
        namespace.sockets.delete("s1");
        expect(reached(to(["r1"]))).toEqual(["s2"]);
        expect(reached(to())).toEqual(["s2", "s3", "s4"]);
      });

      it("is encoded once, with the name of the namespace, and the result shared", () => {
        const packet = event("x", 1);
        void adapter.broadcast(packet, to(["r1"]));
        expect(packet.nsp).toBe("/chat");
        // With recovery, an offset follows the arguments.
        expect(namespace.encoded).toEqual([{ type: 2, data: packet.data, nsp: "/chat" }]);
        expect((packet.data as unknown[]).slice(0, 2)).toEqual(["x", 1]);
        const [first, second] = ["s1", "s2"].map((id) => namespace.sockets.get(id)?.written[0]);
        expect(first?.[0]).toEqual([JSON.stringify(packet)]);
        expect(second?.[0]).toBe(first?.[0]);
      });

      it.each<[Flags, object]>([
        [{}, { preEncoded: true, volatile: undefined, compress: undefined }],
        [{ volatile: true }, { preEncoded: true, volatile: true, compress: undefined }],
        [
          { compress: false, local: true },
          { preEncoded: true, volatile: undefined, compress: false },
        ],
      ])("with the flags %j is written with its options", (flags, options) => {
        void adapter.broadcast(event("x"), to(["s1"], [], flags));
        expect(namespace.sockets.get("s1")?.written[0]?.[1]).toMatchObject(options);
      });

      it("is told to the outgoing listeners before it is written", () => {
        void adapter.broadcast(event("x"), to(["r1"]));
        expect(namespace.trace).toEqual(["notify s1", "write s1", "notify s2", "write s2"]);
        expect(namespace.sockets.get("s1")?.notified[0]?.data).toMatchObject({ 0: "x" });
      });

      it("goes to sockets without outgoing listeners too", () => {
        const socket = namespace.connect("s5");
        Object.defineProperty(socket, "notifyOutgoingListeners", { value: undefined });
        expect(reached(to(["s5"]))).toEqual(["s5"]);
      });

      it("reaches a socket that leaves meanwhile once at most", () => {
        const socket = namespace.sockets.get("s1");
        Object.defineProperty(socket, "notifyOutgoingListeners", { value: () => socket?.leave("r1") });
        expect(reached(to(["r1", "r2"]))).toEqual(["s1", "s2", "s3"]);
      });
    });

    describe("a broadcast with acknowledgement", () => {
      it("counts the sockets it is sent to and awaits each", () => {
        namespace._ids = 7;
        const sockets = [
          namespace.connect("s1", "r1"),
          namespace.connect("s2", "r1"),
          namespace.connect("s3"),
        ];
        const counts: number[] = [];
        const answers: unknown[] = [];
        adapter.broadcastWithAck(
          event("x"),
          to(["r1"]),
          (count) => counts.push(count),
          (answer) => answers.push(answer),
        );
        expect(counts).toEqual([2]);
        expect(namespace._ids).toBe(8);
        expect(namespace.encoded).toEqual([{ type: 2, data: ["x"], nsp: "/chat", id: 7 }]);
        expect(sockets.map(({ acks }) => [...acks.keys()])).toEqual([[7], [7], []]);
        expect(namespace.trace).toEqual(["notify s1", "write s1", "notify s2", "write s2"]);
        sockets[1]?.acks.get(7)?.("from s2");
        sockets[0]?.acks.get(7)?.("from s1");
        expect(answers).toEqual(["from s2", "from s1"]);
      });

      it("gives each packet an id of its own", () => {
        const socket = namespace.connect("s1");
        for (let i = 0; i < 2; i++) adapter.broadcastWithAck(event("x"), to(), nothing, nothing);
        expect([...socket.acks.keys()]).toEqual([0, 1]);
      });

      it("answers that there is no one", () => {
        const counts: number[] = [];
        adapter.broadcastWithAck(event("x"), to(["none"]), (count) => counts.push(count), nothing);
        expect(counts).toEqual([0]);
      });
    });

    describe("sockets", () => {
      beforeEach(() => {
        namespace.connect("s1", "r1", "r2");
        namespace.connect("s2", "r1");
        namespace.connect("s3");
      });

      it("are listed", async () => {
        expect(await adapter.sockets(new Set())).toEqual(new Set(["s1", "s2", "s3"]));
        expect(await adapter.sockets(new Set(["r1", "r2"]))).toEqual(new Set(["s1", "s2"]));
        expect(await adapter.sockets(new Set(["none"]))).toEqual(new Set());
      });

      it("are fetched", async () => {
        const fetched = await adapter.fetchSockets(to(["r1"], ["s2"]));
        expect(fetched).toEqual([namespace.sockets.get("s1")]);
        expect(await adapter.fetchSockets(to())).toHaveLength(3);
      });

      it("are made to join", () => {
        adapter.addSockets(to(["r1"], ["r2"]), ["r3", "r4"]);
        expect(namespace.trace).toEqual(["join s2 r3,r4"]);
        expect(adapter.socketRooms("s2")).toEqual(new Set(["s2", "r1", "r3", "r4"]));
      });

      it("are made to join the room they are chosen by", () => {
        adapter.addSockets(to(["r1", "r2", "s3"]), ["r2"]);
        expect(namespace.trace).toEqual(["join s1 r2", "join s2 r2", "join s3 r2"]);
      });

      it("are made to leave", () => {
        adapter.delSockets(to(["r1"]), ["r1", "r2"]);
        expect(namespace.trace).toEqual(["leave s1 r1", "leave s1 r2", "leave s2 r1", "leave s2 r2"]);
        expect([...adapter.rooms.keys()]).toEqual(["s1", "s2", "s3"]);
      });

      it.each([true, false])("are disconnected (%s)", (close) => {
        adapter.disconnectSockets(to([], ["s2"]), close);
        expect(namespace.trace).toEqual([`disconnect s1 ${close}`, `disconnect s3 ${close}`]);
        expect([...adapter.sids.keys()]).toEqual(["s2"]);
      });
    });

    it("counts its server", async () => {
      expect(await adapter.serverCount()).toBe(1);
    });
  });
}

const nothing = () => {};
