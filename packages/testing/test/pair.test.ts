import type { Socket } from "socket.io-server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createPair, type Pair, type PairOptions } from "../src/index.js";

const pairs: Pair[] = [];
const open = (options?: PairOptions) => {
  const pair = createPair(options);
  pairs.push(pair);
  return pair;
};
afterEach(async () => {
  for (const pair of pairs.splice(0)) await pair.close();
});

describe("a pair", () => {
  it("carries events and acknowledgements, both ways, with real classes at both ends", async () => {
    const { io, connect } = open();
    io.on("connection", (socket) => {
      socket.on("hello", (name, ack) => ack(`hello ${name}`, new Uint8Array([1, 2])));
    });
    const client = connect();
    const answer = await new Promise((resolve) =>
      client.emit("hello", "you", (...all: unknown[]) => resolve(all)),
    );
    expect(answer).toEqual(["hello you", Buffer.from([1, 2])]);
    const [peer] = await io.fetchSockets();
    expect(peer?.id).toBe(client.id);
    client.on("double", (n, ack) => ack(n * 2));
    expect(await io.timeout(1000).emitWithAck("double", 4)).toEqual([8]);
  });

  it("gives namespaces, rooms, middleware and auth", async () => {
    const { io, connect, clock } = open();
    io.of("/chat").use((socket, next) => {
      next(socket.handshake.auth.token === "right" ? undefined : new Error("not you"));
    });
    io.of("/chat").on("connection", (socket) => socket.join("room"));
    const heard: unknown[] = [];
    const right = connect("/chat", { auth: { token: "right" } }).on("news", (text) => heard.push(text));
    const wrong = connect("/chat").on("connect_error", ({ message }) => heard.push(message));
    await clock.advance();
    io.of("/chat").to("room").emit("news", "for the room");
    await clock.advance();
    expect([right.connected, wrong.connected]).toEqual([true, false]);
    expect(heard).toEqual(["not you", "for the room"]);
  });

  it("is the same in every run, down to the ids of connections", async () => {
    const runs = [];
    for (let run = 0; run < 3; run++) {
      const { io, connect, clock, close } = createPair({ latency: 5 });
      const seen: unknown[] = [];
      io.on("connection", (socket) => {
        seen.push(socket.conn.id);
        socket.onAny((...args) => seen.push(args));
        socket.emit("welcome");
      });
      for (const name of ["a", "b"]) {
        const client = connect();
        client.on("welcome", () => client.emit("thanks", name));
        client.emit("early", name);
      }
      await clock.advance(100);
      runs.push(seen);
      await close();
    }
    expect(runs[0]).toHaveLength(6);
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).toEqual(runs[0]);
  });
});

describe("the clock", () => {
  it("stands still, and moves what waits for it", async () => {
    const { io, connect, clock, network } = open({ latency: 50 });
    io.on("connection", (socket) => socket.on("ask", (ack) => ack("answer")));
    const client = connect();
    await clock.advance(199);
    expect(client.connected).toBe(false);
    await clock.advance(1);
    expect(client.connected).toBe(true);
    const outcome = client
      .timeout(99)
      .emitWithAck("ask")
      .catch((error) => error.code);
    await clock.advance(99);
    expect(await outcome).toBe("ERR_ACK_TIMEOUT");
    network.latency = 10;
    const started = clock.now();
    const answer = client.emitWithAck("ask");
    await clock.advance(60);
    expect(await answer).toBe("answer");
    expect(clock.now() - started).toBe(60);
  });

  it("is given back", async () => {
    const before = globalThis.setTimeout;
    const pair = createPair();
    expect(globalThis.setTimeout).not.toBe(before);
    await pair.close();
    expect(globalThis.setTimeout).toBe(before);
  });

  it("is that of the test runner, where there is one", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    try {
      const runners = globalThis.setTimeout;
      const { connect, clock, close } = createPair({ latency: 100 });
      expect(globalThis.setTimeout).toBe(runners);
      const client = connect();
      await clock.advance(200);
      expect(client.connected).toBe(false);
      await vi.advanceTimersByTimeAsync(200);
      expect(client.connected).toBe(true);
      await close();
      expect(globalThis.setTimeout).toBe(runners);
    } finally {
      vi.useRealTimers();
    }
  });

  it("may be the real one", async () => {
    const before = globalThis.setTimeout;
    const { connect, clock } = open({ clock: "real", latency: 1 });
    expect(globalThis.setTimeout).toBe(before);
    const client = connect();
    await new Promise<void>((resolve) => client.on("connect", resolve));
    const started = performance.now();
    await clock.advance(20);
    expect(performance.now() - started).toBeGreaterThan(15);
  });
});

describe("the network", () => {
  const watched = (options?: PairOptions) => {
    const pair = open(options);
    const seen: unknown[] = [];
    pair.io.on("connection", (socket: Socket) => {
      socket.on("disconnect", (reason) => seen.push(`server: ${reason}`));
    });
    const client = pair.connect();
    client.on("connect", () => seen.push("connect"));
    client.on("disconnect", (reason) => seen.push(`client: ${reason}`));
    return { ...pair, client, seen };
  };

  it("can be cut; the client is back after the delay", async () => {
    const { clock, network, seen } = watched();
    await clock.advance();
    network.cut();
    await clock.advance(999);
    expect(seen).toEqual(["connect", "server: transport close", "client: transport close"]);
    await clock.advance(1);
    expect(seen.at(-1)).toBe("connect");
  });

  it("can be down; what was emitted meanwhile arrives", async () => {
    const { io, clock, network, client, seen } = watched();
    await clock.advance();
    io.on("connection", (socket) => socket.on("n", (n) => seen.push(n)));
    network.down();
    await clock.advance(10_000);
    client.emit("n", 1);
    client.emit("n", 2);
    expect(client.connected).toBe(false);
    network.up();
    await clock.advance(5000);
    expect(seen.slice(-3)).toEqual(["connect", 1, 2]);
  });

  it("can stall, until the heartbeats notice", async () => {
    const server = { pingInterval: 1000, pingTimeout: 500 };
    const { clock, network, seen } = watched({ server });
    await clock.advance(10_000);
    expect(seen).toEqual(["connect"]);
    network.stall();
    await clock.advance(1500);
    expect(seen.slice(1).sort()).toEqual(["client: ping timeout", "server: ping timeout"]);
    network.up();
    await clock.advance(1000);
    expect(seen.at(-1)).toBe("connect");
  });

  it("restores a session, with what was missed", async () => {
    const { io, clock, network, client } = watched({ server: { connectionStateRecovery: {} } });
    const heard: unknown[] = [];
    client.on("n", (n) => heard.push(n));
    await clock.advance();
    io.emit("n", 1);
    await clock.advance();
    const { id } = client;
    network.cut();
    io.emit("n", 2);
    await clock.advance(1000);
    io.emit("n", 3);
    await clock.advance();
    expect([client.recovered, client.id, heard]).toEqual([true, id, [1, 2, 3]]);
  });
});
