import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { event, to } from "./adapter-suite.js";
import type { AnyAdapter, BroadcastOptions } from "./contract.js";
import { FakeNamespace, type FakeSocket } from "./fake-namespace.js";

/** Milliseconds that servers have to learn of each other, on a machine that does other things too. */
const PATIENCE = { timeout: 10_000 };

/** Several servers that share an engine. */
export interface TestCluster {
  /** Makes the adapter of one server for a namespace. */
  create(namespace: FakeNamespace): AnyAdapter | Promise<AnyAdapter>;
  close?(): Promise<void> | void;
}

export interface ClusterCapabilities {
  /** Events carry an offset where there is connection state recovery. */
  offsets?: boolean;
}

/** What every adapter that connects several servers does. */
export function clusterAdapterSuite(
  name: string,
  start: () => Promise<TestCluster> | TestCluster,
  { offsets = false }: ClusterCapabilities = {},
): void {
  describe(`${name}: several servers`, () => {
    let cluster: TestCluster;
    let nodes: FakeNamespace[];
    let near: FakeNamespace;
    let far: FakeNamespace;
    let third: FakeNamespace;

    async function addNode(nsp?: string, recovers = false): Promise<FakeNamespace> {
      const namespace = new FakeNamespace(nsp);
      if (!recovers) delete namespace.server.opts.connectionStateRecovery;
      namespace.adapter = await cluster.create(namespace);
      await namespace.adapter.init();
      nodes.push(namespace);
      return namespace;
    }
    const counted = (some: FakeNamespace[], count: number) =>
      vi.waitUntil(async () => {
        const counts = await Promise.all(some.map(({ adapter }) => adapter.serverCount()));
        return counts.every((found) => found === count);
      }, PATIENCE);
    const socketsOf = (...some: FakeNamespace[]): FakeSocket[] =>
      some.flatMap(({ sockets }) => [...sockets.values()]);

    beforeEach(async () => {
      nodes = [];
      cluster = await start();
      [near, far, third] = [await addNode(), await addNode(), await addNode()];
      await counted(nodes, 3);
    });
    afterEach(async () => {
      for (const { adapter } of nodes) await adapter.close();
      await cluster.close?.();
    });

    /** The ids of the sockets of all servers that a broadcast reaches. */
    async function reached(opts: BroadcastOptions): Promise<string[]> {
      void near.adapter.broadcast(event("x"), opts);
      void near.adapter.broadcast(event("end"), to());
      const ids: string[] = [];
      for (const socket of socketsOf(near, far, third)) {
        let count = 0;
        while ((await socket.nextEvent()) !== "end") count++;
        expect(count, `packets for ${socket.id}`).toBeLessThan(2);
        if (count) ids.push(socket.id);
      }
      return ids.sort();
    }

    describe("a broadcast", () => {
      beforeEach(async () => {
        await near.connected("n1", "r1", "r2");
        await near.connected("n2", "r1");
        await far.connected("f1", "r1", "r2");
        await far.connected("f2", "r2");
        await third.connected("t1");
      });

      it.each<[string, string[], string[], string[]]>([
        ["everyone", [], [], ["f1", "f2", "n1", "n2", "t1"]],
        ["a room", ["r1"], [], ["f1", "n1", "n2"]],
        ["the room of one socket elsewhere", ["f2"], [], ["f2"]],
        ["several rooms, each socket once", ["r1", "r2"], [], ["f1", "f2", "n1", "n2"]],
        ["no one", ["none"], [], []],
        ["everyone but a socket elsewhere", [], ["f1"], ["f2", "n1", "n2", "t1"]],
        ["a room but another", ["r1"], ["r2"], ["n2"]],
        ["several rooms but several", ["r1", "r2", "t1"], ["f1", "n1"], ["f2", "n2", "t1"]],
      ])("reaches %s", async (_, rooms, except, ids) => {
        expect(await reached(to(rooms, except))).toEqual(ids);
      });

      it("needs neither exceptions nor flags", async () => {
        expect(await reached({ rooms: new Set(["r1"]) })).toEqual(["f1", "n1", "n2"]);
      });

      it("stays here when it is local", async () => {
        expect(await reached(to([], [], { local: true }))).toEqual(["n1", "n2"]);
      });

      it("is encoded once by each server, and not where nobody matches", async () => {
        await reached(to(["r1"]));
        expect(nodes.map(({ encoded }) => encoded.map(({ data }) => (data as string[])[0]))).toEqual([
          ["x", "end"],
          ["x", "end"],
          ["end"],
        ]);
      });

      it("brings text, numbers, bytes and nested values", async () => {
        const args = ["wörld 🌍", 1.5, null, true, { nested: [new Uint8Array([0, 1, 255]), "x"] }];
        void near.adapter.broadcast(event("x", ...args), to(["f2"]));
        const { data, nsp, type } = (await far.sockets.get("f2")?.received.next()) ?? {};
        expect({ nsp, type }).toEqual({ nsp: "/chat", type: 2 });
        const [name, ...others] = data as unknown[];
        const nested = (others[4] as { nested: unknown[] }).nested;
        nested[0] = new Uint8Array(nested[0] as Uint8Array);
        expect([name, ...others]).toEqual(["x", ...args]);
      });

      it("brings what is larger than any limit of an engine", async () => {
        const text = "a".repeat(100_000);
        void near.adapter.broadcast(event("x", text), to(["f2"]));
        const { data } = (await far.sockets.get("f2")?.received.next()) ?? {};
        expect(data).toEqual(["x", text]);
      });

      it("is written elsewhere as it is here", async () => {
        await reached(to(["r1"], [], { volatile: true, compress: false }));
        for (const socket of [near.sockets.get("n1"), far.sockets.get("f1")]) {
          expect(socket?.written[0]?.[1]).toMatchObject({
            preEncoded: true,
            volatile: true,
            compress: false,
          });
        }
      });

      it("stays in its namespace", async () => {
        const other = await addNode("/other");
        const another = await addNode("/other");
        await counted([other, another], 2);
        const socket = await another.connected("o1", "r1");
        void near.adapter.broadcast(event("from /chat"), to());
        void other.adapter.broadcast(event("from /other"), to(["r1"]));
        expect(await socket.nextEvent()).toBe("from /other");
      });
    });

    it("keeps the order of what one server sends, whatever it is", async () => {
      const here = await near.connected("n1", "r1");
      const there = await far.connected("f1", "r1");
      for (let i = 0; i < 100; i++) {
        if (i % 5 === 4) near.adapter.broadcastWithAck(event(i), to(["r1"], [], { timeout: 1 }), no, no);
        else void near.adapter.broadcast(event(i), to(i % 2 ? [] : ["r1"], [], { volatile: i % 3 === 0 }));
      }
      const received: unknown[] = [];
      for (let i = 0; i < 100; i++) received.push(await here.nextEvent());
      expect(received).toEqual(Array.from({ length: 100 }, (_, i) => i));
      const elsewhere = new Set<unknown>();
      for (let i = 0; i < 100; i++) elsewhere.add(await there.nextEvent());
      expect(elsewhere.size).toBe(100);
    });

    it("delivers here without waiting for the engine", async () => {
      const socket = await near.connected("n1");
      void near.adapter.broadcast(event("x"), to());
      expect(socket.received.size).toBe(1);
    });

    it("leaves the packet that it was given as it was, but for the namespace", async () => {
      await near.connected("n1");
      const data = ["x", 1];
      void near.adapter.broadcast({ type: 2, data }, to());
      expect(data).toEqual(["x", 1]);
    });

    describe("acknowledgements", () => {
      /** Broadcasts, lets every socket but those acknowledge, and gives the counts and answers once `serverCount` has told. */
      async function ask(opts: BroadcastOptions, silent: string[] = []) {
        const [counts, answers]: [number[], unknown[]] = [[], []];
        const packet = event("?");
        near.adapter.broadcastWithAck(
          packet,
          opts,
          (count) => counts.push(count),
          (answer) => answers.push(answer),
        );
        const total = await near.adapter.serverCount();
        const answered = new Set<string>();
        await vi.waitUntil(() => {
          for (const { id, acks } of socketsOf(near, far, third)) {
            if (silent.includes(id) || answered.has(id)) continue;
            for (const ack of acks.values()) {
              answered.add(id);
              ack(`from ${id}`);
            }
          }
          return counts.length === total && answers.length === counts.reduce((sum, count) => sum + count, 0);
        }, PATIENCE);
        return { counts, answers: answers.sort() };
      }

      it("come from the clients of all servers, and every server counts its clients", async () => {
        await near.connected("n1", "r1");
        await near.connected("n2", "r1");
        await far.connected("f1", "r1");
        await far.connected("f2");
        const { counts, answers } = await ask(to(["r1"], [], { timeout: 5000 }));
        expect(counts.sort()).toEqual([0, 1, 2]);
        expect(answers).toEqual(["from f1", "from n1", "from n2"]);
      });

      it("are not awaited where nobody is", async () => {
        expect(await ask(to(["none"], [], { timeout: 5000 }))).toEqual({ counts: [0, 0, 0], answers: [] });
      });

      it("bring bytes", async () => {
        const socket = await far.connected("f1");
        const answered = new Promise<unknown>((resolve) => {
          near.adapter.broadcastWithAck(event("?"), to([], [], { timeout: 5000 }), no, resolve);
        });
        await socket.received.next();
        for (const ack of socket.acks.values()) ack({ bytes: new Uint8Array([1, 2]) });
        const { bytes } = (await answered) as { bytes: Uint8Array };
        expect(new Uint8Array(bytes)).toEqual(new Uint8Array([1, 2]));
      });
    });

    describe("sockets", () => {
      beforeEach(async () => {
        await near.connected("n1", "r1");
        const socket = await far.connected("f1", "r1", "r2");
        socket.data = { user: "alice", bytes: [1, 2] };
        Object.assign(socket.handshake, { sessionStore: { secret: true } });
        await third.connected("t1", "r2");
      });
      const idsOf = async (opts: BroadcastOptions) =>
        ((await near.adapter.fetchSockets(opts)) as { id: string }[]).map(({ id }) => id).sort();

      it("are fetched from all servers", async () => {
        expect(await idsOf(to())).toEqual(["f1", "n1", "t1"]);
        expect(await idsOf(to(["r1"]))).toEqual(["f1", "n1"]);
        expect(await idsOf(to([], ["r2"]))).toEqual(["n1"]);
        expect(await idsOf(to(["none"]))).toEqual([]);
        expect(await idsOf(to([], [], { local: true }))).toEqual(["n1"]);
        expect(await idsOf({ rooms: new Set(["r2"]) })).toEqual(["f1", "t1"]);
      });

      it("are described", async () => {
        const [socket] = await near.adapter.fetchSockets(to(["f1"]));
        expect(socket).toEqual({
          id: "f1",
          handshake: { query: { EIO: "4" }, auth: {} },
          rooms: ["f1", "r1", "r2"],
          data: { user: "alice", bytes: [1, 2] },
        });
      });

      it("are listed", async () => {
        expect([...(await near.adapter.sockets(new Set(["r2"])))].sort()).toEqual(["f1", "t1"]);
      });

      it("are made to join and to leave", async () => {
        near.adapter.addSockets(to(["f1", "n1"]), ["r3", "r4"]);
        expect(await far.changes.next()).toBe("join f1 r3,r4");
        expect(near.changes.drain()).toEqual(["join n1 r3,r4"]);
        near.adapter.delSockets(to(["r2"]), ["r2", "r1"]);
        expect(await far.changes.take(2)).toEqual(["leave f1 r2", "leave f1 r1"]);
        expect(await third.changes.take(2)).toEqual(["leave t1 r2", "leave t1 r1"]);
        near.adapter.addSockets(to([], [], { local: true }), ["r5"]);
        near.adapter.addSockets(to([]), ["r6"]);
        expect(await far.changes.next()).toBe("join f1 r6");
      });

      it.each([true, false])("are disconnected (%s)", async (close) => {
        near.adapter.disconnectSockets(to(["r2"]), close);
        expect(await far.changes.next()).toBe(`disconnect f1 ${close}`);
        expect(await third.changes.next()).toBe(`disconnect t1 ${close}`);
        expect(near.changes.size).toBe(0);
      });
    });

    describe("serverSideEmit", () => {
      it("reaches the other servers, and not this one", async () => {
        void near.adapter.serverSideEmit(["hello", "wörld", 1, { a: [null] }]);
        for (const { heard } of [far, third]) {
          expect(await heard.next()).toEqual(["hello", "wörld", 1, { a: [null] }]);
        }
        expect(near.heard.size).toBe(0);
      });

      it("brings back an answer of each", async () => {
        const answered = new Promise((resolve) => {
          void near.adapter.serverSideEmit(["?", 1, (...args: unknown[]) => resolve(args)]);
        });
        for (const [index, { heard }] of [far, third].entries()) {
          const args = await heard.next();
          expect(args.slice(0, 2)).toEqual(["?", 1]);
          const answer = args[2] as (value: unknown) => void;
          answer(`answer ${index}`);
          answer("only the first counts");
        }
        expect(await answered).toEqual([null, expect.arrayContaining(["answer 0", "answer 1"])]);
      });
    });

    it("does not wait for a server that has closed", async () => {
      await far.connected("f1");
      await third.adapter.close();
      nodes.splice(nodes.indexOf(third), 1);
      await counted([near, far], 2);
      expect(await near.adapter.fetchSockets(to())).toHaveLength(1);
      await far.adapter.close();
      nodes.splice(nodes.indexOf(far), 1);
      await counted([near], 1);
      expect(await near.adapter.fetchSockets(to())).toEqual([]);
      const answered = new Promise((resolve) => {
        void near.adapter.serverSideEmit(["?", (...args: unknown[]) => resolve(args)]);
      });
      expect(await answered).toEqual([null, []]);
    });

    if (!offsets) return;
    describe("with recovery", () => {
      beforeEach(async () => {
        for (const { adapter } of nodes.splice(0)) await adapter.close();
        [near, far] = [await addNode("/chat", true), await addNode("/chat", true)];
        await counted([near, far], 2);
      });

      it("gives events an offset, on all servers, and keeps the order here", async () => {
        const sockets = [await near.connected("n1"), await far.connected("f1")];
        void near.adapter.broadcast(event("a"), to());
        void near.adapter.broadcast(event("b"), to([], [], { volatile: true }));
        near.adapter.broadcastWithAck(event("c"), to([], [], { timeout: 1000 }), no, no);
        void near.adapter.broadcast({ ...event("d"), id: 7 }, to(["n1"]));
        void near.adapter.broadcast(event("e"), to());
        const here = (await sockets[0]?.received.take(5)) ?? [];
        expect(here.map(({ data }) => (data as string[]).length)).toEqual([2, 1, 1, 1, 2]);
        expect(here.map(({ data }) => (data as string[])[0]).join("")).toBe("abcde");
        const there = (await sockets[1]?.received.take(4)) ?? [];
        const withOffset = there.filter(({ data }) => (data as string[]).length === 2);
        expect(withOffset.map(({ data }) => (data as string[])[0])).toEqual(["a", "e"]);
        for (const { data } of withOffset) expect((data as string[])[1]).toBeTypeOf("string");
      });
    });
  });
}

const no = () => {};
