import type { Socket as ServerSocket } from "published-socket.io";
import { type DirectionFaults, waitFor } from "testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TestClient } from "./implementations.js";
import { type Pair, World } from "./world.js";

const AFTER_UPGRADE = 200;

/** The change from polling to WebSocket. */
export function upgradeSuite(pair: Pair): void {
  describe("upgrade", () => {
    let world: World;
    beforeEach(async () => {
      world = new World(pair);
      await world.start();
    });
    afterEach(() => world.end());

    it("begins with polling and ends with WebSocket", async () => {
      const { client, socket } = await world.connected();
      if (socket.conn.transport.name !== "websocket") await waitFor(socket.conn, "upgrade");
      if (client.io.engine.transport.name !== "websocket") await waitFor(client.io.engine, "upgrade");
      expect(socket.handshake.query.transport).toBe("polling");
      expect(socket.conn.transport.name).toBe("websocket");
      expect(client.io.engine.transport.name).toBe("websocket");
      socket.on("echo", (value: unknown, ack: (value: unknown) => void) => ack(value));
      expect(await client.emitWithAck("echo", { over: "websocket" })).toEqual({ over: "websocket" });
    });

    const networks: [string, DirectionFaults][] = [
      ["a fast network", {}],
      ["a slow network", { delay: 15 }],
      ["a network that delivers in small pieces", { chunk: 50 }],
    ];
    it.each(networks)("loses and reorders nothing under load, on %s", async (_, faults) => {
      const proxy = await world.useProxy();
      proxy.set("toServer", faults);
      proxy.set("toClient", faults);
      const accepted = waitFor<[ServerSocket]>(world.io, "connection");
      const client = world.client();
      const sentByClient = talk(client, () => client.io.engine?.transport.name === "websocket");
      const atClient = listenTo(client);
      const [socket] = await accepted;
      const atServer = listenTo(socket);
      const sentByServer = talk(socket, () => socket.conn.transport.name === "websocket");
      const [clientTotal, serverTotal] = await Promise.all([sentByClient, sentByServer]);
      expect(clientTotal).toBeGreaterThan(AFTER_UPGRADE);
      expect(await atServer).toEqual(numbers(clientTotal));
      expect(await atClient).toEqual(numbers(serverTotal));
    });
  });
}

/** Sends numbers, every tenth with binary, until a while after the upgrade; then says how many there were. */
function talk(socket: TestClient | ServerSocket, upgraded: () => boolean): Promise<number> {
  return new Promise((resolve) => {
    let sent = 0;
    let after = 0;
    const turn = () => {
      for (let burst = 0; burst < 3; burst++) {
        if (sent % 10 === 0) socket.emit("n", sent, Buffer.from([sent & 255]));
        else socket.emit("n", sent);
        sent++;
      }
      if (upgraded()) after += 3;
      if (after < AFTER_UPGRADE) setTimeout(turn, 1);
      else {
        socket.emit("end");
        resolve(sent);
      }
    };
    turn();
  });
}

function listenTo(socket: TestClient | ServerSocket): Promise<number[]> {
  const received: number[] = [];
  socket.on("n", (n: number, binary?: Buffer) => {
    if (n % 10 === 0 && binary?.[0] !== (n & 255)) throw new Error(`wrong attachment of ${n}`);
    received.push(n);
  });
  return waitFor(socket, "end", { timeout: 10_000 }).then(() => received);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
