import { collect, waitFor } from "testkit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { TestClient } from "../interop/implementations.js";
import type { Node } from "./support/node.js";

export interface Cluster {
  nodes: [Node, Node];
  close(): Promise<void>;
}

/** What two servers that share an adapter do together. */
export function clusterSuite(name: string, startCluster: () => Promise<Cluster>): void {
  describe(name, () => {
    let cluster: Cluster;
    let near: Node;
    let far: Node;
    beforeEach(async () => {
      cluster = await startCluster();
      [near, far] = cluster.nodes;
      for (const { io } of cluster.nodes) {
        await vi.waitUntil(async () => (await io.of("/").adapter.serverCount()) === 2, { timeout: 10_000 });
      }
    });
    afterEach(() => cluster.close());

    const connectBoth = () => Promise.all([near.connect(), far.connect()]);

    /** Waits until the far server acts on a room of the near one. */
    const reachable = (room: string, count: number) =>
      vi.waitUntil(async () => (await far.io.to(room).timeout(1000).emitWithAck("?")).length === count, {
        timeout: 10_000,
      });
    const answer = (...clients: TestClient[]) => {
      for (const client of clients) client.on("?", (callback) => callback(client.id));
    };

    test("broadcasts, text and bytes", async () => {
      const [{ client: a }, { client: b }] = await connectBoth();
      for (const { io } of [near, far]) {
        const got = [a, b].map((client) => waitFor(client, "hello"));
        io.emit("hello", "wörld", { nested: [Buffer.from([1, 2, 3])] });
        for (const args of await Promise.all(got)) {
          expect(args).toEqual(["wörld", { nested: [Buffer.from([1, 2, 3])] }]);
        }
      }
    });

    test("broadcasts from a socket to all but itself, in order with what follows", async () => {
      const [{ client: a, socket }, { client: b }] = await connectBoth();
      const [atA, atB] = [collect(a, "one", "two"), collect(b, "one", "two")];
      socket.broadcast.emit("one");
      near.io.emit("two");
      expect((await atB.take(2)).map(({ event }) => event)).toEqual(["one", "two"]);
      expect((await atA.next()).event).toBe("two");
    });

    test("rooms, exceptions and local", async () => {
      const [{ client: a, socket }, { client: b, socket: farSocket }] = await connectBoth();
      answer(a, b);
      socket.join("room");
      farSocket.join(["room", "quiet"]);
      await reachable("room", 2);
      const [atA, atB] = [collect(a, "event"), collect(b, "event")];
      far.io.to("room").except("quiet").emit("event", 1);
      far.io.local.emit("event", 2);
      far.io.in(a.id as string).emit("event", 3);
      far.io.in("nobody").emit("event", 4);
      far.io.emit("event", 5);
      expect((await atA.take(3)).map(({ args }) => args[0])).toEqual([1, 3, 5]);
      expect((await atB.take(2)).map(({ args }) => args[0])).toEqual([2, 5]);
    });

    test("namespaces are apart", async () => {
      const { client: main } = await near.connect();
      far.io.of("/chat");
      const { client: chat } = await near.connect("/chat");
      await vi.waitUntil(async () => (await far.io.of("/chat").adapter.serverCount()) === 2, {
        timeout: 10_000,
      });
      const [atMain, atChat] = [collect(main, "event"), collect(chat, "event")];
      far.io.of("/chat").emit("event", "chat");
      far.io.emit("event", "main");
      expect((await atChat.next()).args).toEqual(["chat"]);
      expect((await atMain.next()).args).toEqual(["main"]);
    });

    test("acknowledgements of every client", async () => {
      const [{ client: a }, { client: b }] = await connectBoth();
      answer(a, b);
      for (const { io } of [near, far]) {
        expect((await io.timeout(5000).emitWithAck("?")).sort()).toEqual([a.id, b.id].sort());
      }
      a.off("?");
      await expect(far.io.timeout(200).emitWithAck("?")).rejects.toMatchObject({
        message: "operation has timed out",
        responses: [b.id],
      });
    });

    test("fetchSockets gives those of the other server, which can be acted upon", async () => {
      const [{ client: a, socket }, { client: b }] = await connectBoth();
      socket.data.user = "alice";
      socket.join("room");
      const found = await far.io.fetchSockets();
      expect(found.map(({ id }) => id).sort()).toEqual([a.id, b.id].sort());
      const remote = found.find(({ id }) => id === a.id);
      expect(remote?.data).toEqual({ user: "alice" });
      expect([...(remote?.rooms ?? [])].sort()).toEqual([a.id, "room"].sort());
      expect(remote?.handshake.query).toMatchObject({ EIO: "4", transport: "websocket" });

      const got = waitFor(a, "private");
      remote?.emit("private", 1);
      expect(await got).toEqual([1]);
      const left = waitFor<[string]>(socket, "disconnect");
      remote?.disconnect();
      expect((await left)[0]).toBe("server namespace disconnect");
      expect((await far.io.fetchSockets()).map(({ id }) => id)).toEqual([b.id]);
    });

    test("socketsJoin, socketsLeave and disconnectSockets", async () => {
      const [{ socket }, { socket: farSocket }] = await connectBoth();
      const joins = collect(near.io.of("/").adapter, "join-room", "leave-room");
      far.io.in(socket.id).socketsJoin(["x", "y"]);
      expect((await joins.take(2)).map(({ event, args }) => [event, ...args])).toEqual([
        ["join-room", "x", socket.id],
        ["join-room", "y", socket.id],
      ]);
      far.io.in(socket.id).socketsLeave("x");
      expect(await joins.next()).toEqual({ event: "leave-room", args: ["x", socket.id] });
      const left = [waitFor<[string]>(socket, "disconnect"), waitFor<[string]>(farSocket, "disconnect")];
      far.io.disconnectSockets(true);
      expect((await Promise.all(left)).map(([reason]) => reason)).toEqual([
        "server namespace disconnect",
        "server namespace disconnect",
      ]);
    });

    test("serverSideEmit reaches the other server, and its answer comes back", async () => {
      const heard = waitFor(far.io, "hello");
      near.io.serverSideEmit("hello", "world", 1);
      expect(await heard).toEqual(["world", 1]);
      far.io.on("?", (callback: (answer: string) => void) => callback("far"));
      near.io.on("?", (callback: (answer: string) => void) => callback("near"));
      expect(await near.io.serverSideEmitWithAck("?")).toEqual(["far"]);
      expect(await far.io.serverSideEmitWithAck("?")).toEqual(["near"]);
    });
  });
}
