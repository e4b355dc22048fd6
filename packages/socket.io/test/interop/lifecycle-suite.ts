import type { Socket as ServerSocket } from "published-socket.io";
import { collect, waitFor } from "testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Pair, World } from "./world.js";

// Short, and yet long enough for a busy machine.
const HEARTBEAT = { pingInterval: 50, pingTimeout: 250 };

/** Connections that end, break and come back. */
export function lifecycleSuite(pair: Pair): void {
  describe("lifecycle", () => {
    let world: World;
    beforeEach(() => {
      world = new World(pair);
    });
    afterEach(() => world.end());

    it("ends by the client's wish", async () => {
      await world.start();
      const { client, socket } = await world.connected();
      const atServer = collect(socket, "disconnecting", "disconnect");
      const atClient = waitFor<[string]>(client, "disconnect");
      client.disconnect();
      expect((await atClient)[0]).toBe("io client disconnect");
      const [disconnecting, disconnect] = await atServer.take(2);
      expect([disconnecting?.event, disconnecting?.args[0]]).toEqual([
        "disconnecting",
        "client namespace disconnect",
      ]);
      expect([disconnect?.event, disconnect?.args[0]]).toEqual(["disconnect", "client namespace disconnect"]);
      expect(client.active).toBe(false);
    });

    it.each([false, true])("ends by the server's wish, the connection too: %s", async (close) => {
      await world.start();
      const { client, socket } = await world.connected();
      const atServer = waitFor<[string]>(socket, "disconnect");
      const atClient = waitFor<[string]>(client, "disconnect");
      socket.emit("last words");
      const heard = waitFor(client, "last words");
      socket.disconnect(close);
      await heard;
      expect((await atClient)[0]).toBe("io server disconnect");
      expect((await atServer)[0]).toBe("server namespace disconnect");
      expect(client.active).toBe(false);
      const again = waitFor(client, "connect");
      client.connect();
      await again;
    });

    it("stays through heartbeats", async () => {
      await world.start({ pingInterval: 50 });
      const { client } = await world.connected();
      const pings = collect(client.io, "ping");
      await pings.take(3);
      expect(client.connected).toBe(true);
    });

    it("ends at the server when the client falls silent", async () => {
      await world.start(HEARTBEAT);
      await world.useProxy();
      const { socket } = await world.connected("/", { reconnection: false });
      const atServer = waitFor<[string]>(socket, "disconnect");
      world.proxy.stall("toServer");
      expect((await atServer)[0]).toBe("ping timeout");
    });

    it("ends at the client when the server falls silent", async () => {
      await world.start(HEARTBEAT);
      await world.useProxy();
      const { client } = await world.connected("/", { reconnection: false });
      const atClient = waitFor<[string]>(client, "disconnect");
      world.proxy.stall("toClient");
      expect((await atClient)[0]).toBe("ping timeout");
    });

    it("comes back after the network broke, with what was said meanwhile", async () => {
      await world.start();
      await world.useProxy();
      const { client, socket } = await world.connected();
      await world.settled(socket);
      const events = collect(client, "connect", "disconnect");
      const attempts = collect(client.io, "reconnect_attempt", "reconnect");
      const gone = waitFor<[string]>(socket, "disconnect");
      const back = waitFor<[ServerSocket]>(world.io, "connection");
      const firstId = client.id;
      world.proxy.refuse(true);
      world.proxy.reset();
      const [reason] = (await events.next()).args;
      expect(reason).toMatch(/^transport (close|error)$/);
      expect(client.active).toBe(true);
      client.emit("said meanwhile", 1);
      expect((await attempts.next()).args).toEqual([1]);
      world.proxy.refuse(false);
      expect((await events.next()).event).toBe("connect");
      await attempts.until(({ event }) => event === "reconnect");
      const [fresh] = await back;
      expect(await waitFor(fresh, "said meanwhile")).toEqual([1]);
      expect(client.id).toBe(fresh.id);
      expect(client.id).not.toBe(firstId);
      expect((await gone)[0]).toMatch(/^transport (close|error)$/);
    });

    it("comes back after the server restarted", async () => {
      await world.start();
      const { client, socket } = await world.connected();
      const atServer = waitFor<[string]>(socket, "disconnect");
      const events = collect(client, "connect", "disconnect");
      const port = await world.stop();
      expect((await atServer)[0]).toBe("server shutting down");
      expect((await events.next()).event).toBe("disconnect");
      const io = await world.start({}, port);
      io.on("connection", (fresh) => fresh.on("hello", (ack: (text: string) => void) => ack("again")));
      expect((await events.next()).event).toBe("connect");
      expect(await client.emitWithAck("hello")).toBe("again");
    });

    it("gives up after the attempts allowed", async () => {
      await world.start();
      await world.useProxy();
      world.proxy.refuse(true);
      const client = world.client("/", { reconnectionAttempts: 2 });
      const failed = waitFor(client.io, "reconnect_failed");
      const errors = collect(client, "connect_error");
      await failed;
      expect(errors.all).toHaveLength(3);
    });

    it("recovers id, rooms, data and missed packets after a short break", async () => {
      await world.start({ connectionStateRecovery: { maxDisconnectionDuration: 10_000 } });
      await world.useProxy();
      const { client, socket } = await world.connected();
      await socket.join("room");
      socket.data = { name: "n" };
      // an offset comes with the first packet, without one there is nothing to resume from
      socket.emit("news", 0);
      const inbox = collect(client, "news");
      await inbox.next();
      await world.settled(socket);
      const gone = waitFor(socket, "disconnect");
      const back = waitFor<[ServerSocket]>(world.io, "connection");
      const reconnected = waitFor(client, "connect");
      const firstId = client.id;
      world.proxy.refuse(true);
      world.proxy.reset();
      await gone;
      world.io.to("room").emit("news", 1, Buffer.from("binary"));
      world.io.to("elsewhere").emit("news", "not for you");
      world.io.emit("news", 2);
      world.proxy.refuse(false);
      const [fresh] = await back;
      await reconnected;
      expect(fresh.recovered && client.recovered).toBe(true);
      expect(fresh.id).toBe(firstId);
      expect(client.id).toBe(firstId);
      expect(fresh.data).toEqual({ name: "n" });
      expect(fresh.rooms.has("room")).toBe(true);
      // behind what was sent there may be the packet's offset
      const missed = (await inbox.take(2)).map(({ args }) => args);
      expect(missed[0]?.slice(0, 2)).toEqual([1, Buffer.from("binary")]);
      expect(missed[1]?.[0]).toBe(2);
      world.io.emit("news", 3);
      expect((await inbox.next()).args[0]).toBe(3);
    });
  });
}
