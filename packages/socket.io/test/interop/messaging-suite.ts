import type { Socket as ServerSocket } from "published-socket.io";
import { collect, waitFor } from "testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Pair, World } from "./world.js";

/** What goes over an open connection. */
export function messagingSuite(pair: Pair): void {
  describe("messaging", () => {
    let world: World;
    beforeEach(async () => {
      world = new World(pair);
      await world.start();
    });
    afterEach(() => world.end());

    it("tells the server who connects, and both sides the same id", async () => {
      const { client, socket } = await world.connected("/", {
        query: { q: "a=b&c" },
        auth: { token: "secret" },
      });
      expect(client.id).toBe(socket.id);
      expect(socket.id).toMatch(/^[\w-]{20}$/);
      expect(socket.handshake.auth).toEqual({ token: "secret" });
      expect(socket.handshake.query).toMatchObject({ q: "a=b&c", EIO: "4", transport: pair.transports[0] });
      expect(socket.handshake.address).toContain("127.0.0.1");
      expect(socket.recovered).toBe(false);
      expect(client.connected && socket.connected).toBe(true);
    });

    it("carries events of every JSON shape both ways, in order", async () => {
      const { client, socket } = await world.connected();
      const values = [
        0,
        -1.5,
        "",
        "ünï\u0000\u2028💥",
        true,
        null,
        [],
        [[1], {}],
        { a: { b: [null] } },
        "x".repeat(200_000),
      ];
      const atServer = collect(socket, "value");
      const atClient = collect(client, "value");
      for (const value of values) {
        client.emit("value", value, 1);
        socket.emit("value", value, 1);
      }
      const expected = values.map((value) => ({ event: "value", args: [value, 1] }));
      expect(await atServer.take(values.length)).toEqual(expected);
      expect(await atClient.take(values.length)).toEqual(expected);
    });

    it("delivers what the server says in its connection handler, in order", async () => {
      world.io.on("connection", (socket) => {
        socket.emit("first", 1);
        world.io.emit("second", 2);
        socket.emit("third", 3);
      });
      const client = world.client();
      const events = collect(client, "connect", "first", "second", "third");
      const seen = await events.take(4);
      expect(seen.map(({ event }) => event)).toEqual(["connect", "first", "second", "third"]);
    });

    it("delivers what the client said before it was connected, in order", async () => {
      const received: number[] = [];
      const last = new Promise<void>((resolve) => {
        world.io.on("connection", (socket) => {
          socket.on("n", (n: number) => {
            received.push(n);
            if (n === 4) resolve();
          });
        });
      });
      const client = world.client();
      for (let n = 0; n < 5; n++) client.emit("n", n);
      await last;
      expect(received).toEqual([0, 1, 2, 3, 4]);
    });

    it("acknowledges both ways, with several values, promises and timeouts", async () => {
      const { client, socket } = await world.connected();
      socket.on("sum", (a: number, b: number, ack: (sum: number, text: string) => void) =>
        ack(a + b, "done"),
      );
      client.on("sum", (a: number, b: number, ack: (sum: number, text: string) => void) =>
        ack(a * b, "done"),
      );
      expect(
        await new Promise((resolve) => client.emit("sum", 2, 3, (...got: unknown[]) => resolve(got))),
      ).toEqual([5, "done"]);
      expect(
        await new Promise((resolve) => socket.emit("sum", 2, 3, (...got: unknown[]) => resolve(got))),
      ).toEqual([6, "done"]);
      expect(await client.emitWithAck("sum", 1, 1)).toBe(2);
      expect(await socket.emitWithAck("sum", 1, 1)).toBe(1);
      expect(await client.timeout(5_000).emitWithAck("sum", 4, 1)).toBe(5);
      await expect(client.timeout(20).emitWithAck("unheard")).rejects.toThrow("operation has timed out");
      await expect(socket.timeout(20).emitWithAck("unheard")).rejects.toThrow("operation has timed out");
    });

    it("acknowledges a broadcast by all", async () => {
      const one = await world.connected();
      const two = await world.connected();
      one.client.on("who", (ack: (name: string) => void) => ack("one"));
      two.client.on("who", (ack: (name: string) => void) => ack("two"));
      const replies: string[] = await world.io.timeout(5_000).emitWithAck("who");
      expect(replies.sort()).toEqual(["one", "two"]);
      one.client.off("who");
      await expect(world.io.timeout(250).emitWithAck("who")).rejects.toMatchObject({ responses: ["two"] });
    });

    it("carries binary nested anywhere, both ways, acknowledgements too", async () => {
      const { client, socket } = await world.connected();
      const payload = {
        one: Buffer.from([1, 2, 3]),
        list: [Buffer.alloc(0), { two: Buffer.from("two") }, "text"],
      };
      const atServer = waitFor(socket, "binary");
      client.emit("binary", payload, Buffer.from([0]), "tail");
      expect(await atServer).toEqual([payload, Buffer.from([0]), "tail"]);
      const atClient = waitFor(client, "binary");
      socket.emit("binary", payload, Buffer.from([0]), "tail");
      expect(await atClient).toEqual([payload, Buffer.from([0]), "tail"]);
      socket.on("echo", (value: unknown, ack: (value: unknown) => void) => ack(value));
      client.on("echo", (value: unknown, ack: (value: unknown) => void) => ack(value));
      expect(await client.emitWithAck("echo", payload)).toEqual(payload);
      expect(await socket.emitWithAck("echo", payload)).toEqual(payload);
      const views = waitFor(socket, "views");
      client.emit("views", new Uint8Array([1, 2]), new Uint8Array([3, 4, 5]).buffer);
      expect(await views).toEqual([Buffer.from([1, 2]), Buffer.from([3, 4, 5])]);
    });

    it("carries binary of many sizes both ways", async () => {
      const { client, socket } = await world.connected();
      socket.on("echo", (value: Buffer, ack: (value: Buffer) => void) => ack(value));
      for (const size of [1, 125, 126, 65_535, 65_536, 500_000]) {
        const sent = Buffer.alloc(size, size & 255);
        expect(sent.equals(await client.emitWithAck("echo", sent))).toBe(true);
      }
    });

    it("broadcasts binary to all as it does text", async () => {
      const one = await world.connected();
      const two = await world.connected();
      const atBoth = Promise.all([waitFor(one.client, "b"), waitFor(two.client, "b")]);
      world.io.emit("b", Buffer.from("bytes"), { n: 1 });
      expect(await atBoth).toEqual([
        [Buffer.from("bytes"), { n: 1 }],
        [Buffer.from("bytes"), { n: 1 }],
      ]);
    });

    it("keeps namespaces apart on one connection", async () => {
      world.io.of("/chat").on("connection", (socket) => socket.emit("from", "chat"));
      world.io.of(/^\/room-\d+$/).on("connection", (socket) => socket.emit("from", socket.nsp.name));
      const main = (await world.connected("/")).client;
      const chat = main.io.socket("/chat");
      const room = main.io.socket("/room-7");
      const nowhere = main.io.socket("/nowhere");
      const fromChat = waitFor(chat, "from");
      const fromRoom = waitFor(room, "from");
      const refused = waitFor<[Error]>(nowhere, "connect_error");
      expect(await fromChat).toEqual(["chat"]);
      expect(await fromRoom).toEqual(["/room-7"]);
      expect((await refused)[0].message).toBe("Invalid namespace");
      expect(world.io.engine.clientsCount).toBe(1);

      const left = waitFor<[string]>(
        world.io.of("/chat").sockets.values().next().value as ServerSocket,
        "disconnect",
      );
      chat.disconnect();
      expect((await left)[0]).toBe("client namespace disconnect");
      expect(main.connected && room.connected).toBe(true);
    });

    it("keeps rooms apart", async () => {
      const members = [await world.connected(), await world.connected(), await world.connected()];
      const [one, two, three] = members;
      if (!one || !two || !three) throw new Error("unreachable");
      await one.socket.join(["red", "blue"]);
      await two.socket.join("red");
      const inboxes = members.map(({ client }) => collect(client, "news"));
      world.io.to("red").emit("news", "red");
      world.io.to("red").to("blue").emit("news", "either");
      world.io.to("red").except("blue").emit("news", "red not blue");
      one.socket.to("red").emit("news", "others in red");
      one.socket.broadcast.emit("news", "others");
      await two.socket.leave("red");
      world.io.in("red").emit("news", "red again");
      world.io.emit("news", "end");
      const got = await Promise.all(
        inboxes.map(async (inbox) => {
          await inbox.until(({ args }) => args[0] === "end");
          return inbox.all.map(({ args }) => args[0]);
        }),
      );
      expect(got).toEqual([
        ["red", "either", "red again", "end"],
        ["red", "either", "red not blue", "others in red", "others", "end"],
        ["others", "end"],
      ]);
    });

    it("sends volatile packets while it can and drops them while it cannot", async () => {
      const { client, socket } = await world.connected();
      const atServer = collect(socket, "v", "end");
      client.volatile.emit("v", 0);
      client.emit("end");
      const untilEnd = [await atServer.next(), await atServer.next()];
      expect(untilEnd.map(({ event }) => event)).toEqual(["v", "end"]);

      client.disconnect();
      client.volatile.emit("v", "lost");
      client.emit("end", "kept");
      const again = waitFor<[ServerSocket]>(world.io, "connection");
      client.connect();
      const later = collect((await again)[0], "v", "end");
      expect(await later.next()).toEqual({ event: "end", args: ["kept"] });

      world.io.on("connection", (fresh) => {
        // nothing is writable yet behind the CONNECT packet of the same tick, except what was asked to be kept
        fresh.emit("kept", 1);
        for (let n = 0; n < 50; n++) fresh.volatile.emit("v", n);
        fresh.emit("kept", 2);
      });
      const atClient = collect(world.client(), "v", "kept");
      await atClient.until(({ event, args }) => event === "kept" && args[0] === 2);
      const kept = atClient.all.filter(({ event }) => event === "kept").map(({ args }) => args[0]);
      expect(kept).toEqual([1, 2]);
      expect(atClient.all.filter(({ event }) => event === "v").length).toBeLessThan(50);
    });

    it("refuses in a middleware, with data", async () => {
      world.io.use((socket, next) => {
        if (socket.handshake.auth.token === "good") next();
        else next(Object.assign(new Error("not you"), { data: { code: 7, why: ["token"] } }));
      });
      const client = world.client("/", { auth: { token: "bad" } });
      const [error] = await waitFor<[Error & { data: unknown }]>(client, "connect_error");
      expect(error.message).toBe("not you");
      expect(error.data).toEqual({ code: 7, why: ["token"] });
      expect(client.connected).toBe(false);
      expect(client.active).toBe(false);
      client.auth = { token: "good" };
      const connected = waitFor(client, "connect", { rejectOn: ["connect_error"] });
      client.connect();
      await connected;
    });

    it("lets a socket middleware refuse a packet", async () => {
      const { client, socket } = await world.connected();
      socket.use(([event], next) => next(event === "bad" ? new Error("bad event") : undefined));
      const seen = collect(socket, "good", "bad", "error");
      client.emit("bad");
      client.emit("good");
      expect((await seen.take(2)).map(({ event }) => event)).toEqual(["error", "good"]);
    });
  });
}
