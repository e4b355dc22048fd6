import { createServer } from "node:http";
import { collect, type Listening, listen, waitFor } from "testkit";
import { expect, onTestFinished, test } from "vitest";
import { Server, type Socket } from "../../../src/index.js";
import { CLIENTS, type ClientVersion, type FEATURES } from "./matrix.js";

const BYTES = { one: Buffer.from([1, 2, 3]), list: [Buffer.alloc(0), { two: Buffer.from("two") }, "text"] };

interface World {
  io: Server;
  /** A client that begins to connect. */
  client(nsp?: string, options?: object, other?: ClientVersion): AnyClient;
  /** A connected client and its other end; of another version where given. */
  connected(
    nsp?: string,
    options?: object,
    other?: ClientVersion,
  ): Promise<{ client: AnyClient; socket: Socket }>;
}

async function createWorld(version: ClientVersion, transports: readonly string[]): Promise<World> {
  const http = createServer();
  const io = new Server(http, { allowEIO3: true });
  const listening: Listening = await listen(http);
  const clients: AnyClient[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.disconnect();
    await io.close();
    await listening.close();
  });
  const world: World = {
    io,
    client(nsp = "/", options = {}, { connect } = version) {
      const client = connect(listening.url + nsp, {
        transports,
        forceNew: true,
        reconnectionDelay: 20,
        ...options,
      });
      clients.push(client);
      return client;
    },
    async connected(nsp = "/", options = {}, other = version) {
      const accepted = waitFor<[Socket]>(io.of(nsp), "connection");
      const client = world.client(nsp, options, other);
      const [socket] = await accepted;
      if (!client.connected) await waitFor(client, "connect", { rejectOn: ["connect_error"] });
      if (transports.length > 1) await upgraded(client, socket);
      return { client, socket };
    },
  };
  return world;
}

async function upgraded(client: AnyClient, socket: Socket): Promise<void> {
  if (socket.conn.transport.name !== "websocket") await waitFor(socket.conn, "upgrade");
  if (client.io.engine.transport.name !== "websocket") await waitFor(client.io.engine, "upgrade");
}

const ask = (from: AnyClient | Socket, ...args: unknown[]) =>
  new Promise((resolve) =>
    (from as AnyClient).emit("ask", ...args, (...answer: unknown[]) => resolve(answer)),
  );

type Feature = (version: ClientVersion, transports: readonly string[]) => void;

/** What a client must be able to do with our server. */
export const suite: Record<(typeof FEATURES)[number], Feature> = {
  events(version, transports) {
    test("are carried both ways, in order, whatever their JSON", async () => {
      const { connected } = await createWorld(version, transports);
      const { client, socket } = await connected("/", { query: { q: "a=b&c" } });
      expect(client.id).toBe(socket.id);
      expect(socket.conn.protocol).toBe(version.protocol);
      expect(socket.handshake.query).toMatchObject({ q: "a=b&c", transport: transports[0] });
      const values = [0, "", "ünï\u2028💥", null, [[1], {}], { a: { b: [null] } }, "x".repeat(100_000)];
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

    test("end with the connection, whoever ends it", async () => {
      const { connected, io } = await createWorld(version, transports);
      const one = await connected();
      const atServer = waitFor(one.socket, "disconnect");
      one.client.disconnect();
      expect((await atServer)[0]).toBe("client namespace disconnect");
      const two = await connected();
      const events = collect(two.client, "last words", "disconnect");
      two.socket.emit("last words");
      two.socket.disconnect();
      const [words, disconnect] = await events.take(2);
      expect([words?.event, disconnect?.event]).toEqual(["last words", "disconnect"]);
      expect(disconnect?.args[0]).toBe("io server disconnect");
      const three = await connected();
      const closed = waitFor(three.client, "disconnect");
      three.socket.disconnect(true);
      await closed;
      expect(io.sockets.sockets.size).toBe(0);
    });
  },

  acknowledgements(version, transports) {
    test("come both ways, with several values", async () => {
      const { connected, io } = await createWorld(version, transports);
      const { client, socket } = await connected();
      const answer = (a: number, b: number, ack: (sum: number, text: string) => void) => ack(a + b, "done");
      socket.on("ask", answer);
      client.on("ask", answer);
      expect(await ask(client, 2, 3)).toEqual([5, "done"]);
      expect(await ask(socket, 2, 3)).toEqual([5, "done"]);
      client.off("ask", answer);
      await expect(socket.timeout(20).emitWithAck("ask")).rejects.toThrow("operation has timed out");
      client.on("who", (ack: (name: string) => void) => ack("me"));
      expect(await io.timeout(5_000).emitWithAck("who")).toEqual(["me"]);
    });
  },

  binary(version, transports) {
    test("is carried both ways, nested anywhere, in acknowledgements too", async () => {
      const { connected } = await createWorld(version, transports);
      const { client, socket } = await connected();
      const atServer = waitFor(socket, "binary");
      client.emit("binary", BYTES, Buffer.from([0]), "tail");
      expect(await atServer).toEqual([BYTES, Buffer.from([0]), "tail"]);
      const atClient = waitFor(client, "binary");
      socket.emit("binary", BYTES, Buffer.from([0]), "tail");
      expect(await atClient).toEqual([BYTES, Buffer.from([0]), "tail"]);
      const echo = (value: unknown, ack: (value: unknown) => void) => ack(value);
      socket.on("ask", echo);
      client.on("ask", echo);
      expect(await ask(client, BYTES)).toEqual([BYTES]);
      expect(await ask(socket, BYTES)).toEqual([BYTES]);
      const large = Buffer.alloc(200_000, 7);
      expect(large.equals(((await ask(client, large)) as [Buffer])[0])).toBe(true);
    });
  },

  namespaces(version, transports) {
    test("share a connection, and are left one by one", async () => {
      const { connected, io } = await createWorld(version, transports);
      io.of("/chat").on("connection", (socket) => socket.emit("from", "chat"));
      io.of(/^\/room-\d+$/).on("connection", (socket) => socket.emit("from", socket.nsp.name));
      const { client: main } = await connected();
      const chat = main.io.socket("/chat");
      const fromChat = waitFor(chat, "from");
      chat.connect();
      const room = main.io.socket("/room-7");
      const fromRoom = waitFor(room, "from");
      room.connect();
      expect([await fromChat, await fromRoom]).toEqual([["chat"], ["/room-7"]]);
      expect(io.engine.clientsCount).toBe(1);
      const [inChat] = io.of("/chat").sockets.values();
      expect(chat.id).toBe((inChat as Socket).id);
      const left = waitFor(inChat as Socket, "disconnect");
      chat.disconnect();
      expect((await left)[0]).toBe("client namespace disconnect");
      expect([main.connected, room.connected]).toEqual([true, true]);
    });

    test("learn what the client gives with them", async () => {
      const { connected } = await createWorld(version, transports);
      // Before there was `auth` it was the query of the namespace.
      const given = { token: "a b&c" };
      const { socket } = await connected(
        "/chat",
        version.protocol === 3 ? { query: given } : { auth: given },
      );
      expect({ ...socket.handshake.auth }).toEqual(given);
    });

    test("refuse a client, and say why", async () => {
      const { client, io } = await createWorld(version, transports);
      io.of("/members").use((_, next) => next(new Error("not you")));
      const event = version.protocol === 3 ? "error" : "connect_error";
      const refused = async (nsp: string) => {
        const [reason] = await waitFor(client(nsp), event);
        return typeof reason === "string" ? reason : (reason as Error).message;
      };
      expect(await refused("/members")).toBe("not you");
      expect(await refused("/nowhere")).toBe("Invalid namespace");
    });
  },

  broadcast(version, transports) {
    test("reaches clients of different versions alike, text and binary", async () => {
      const { connected, io } = await createWorld(version, transports);
      const one = await connected();
      const two = await connected("/", {}, CLIENTS.at(-1));
      await one.socket.join("room");
      const atOne = collect(one.client, "news");
      const atTwo = collect(two.client, "news");
      io.emit("news", "all", BYTES);
      io.to("room").emit("news", "room");
      one.socket.broadcast.emit("news", "others");
      io.emit("news", "end");
      const told = (entries: { args: unknown[] }[]) => entries.map(({ args }) => args);
      expect(told(await atOne.take(3))).toEqual([["all", BYTES], ["room"], ["end"]]);
      expect(told(await atTwo.take(3))).toEqual([["all", BYTES], ["others"], ["end"]]);
    });
  },

  reconnection(version, transports) {
    test("brings the client back with what it said meanwhile", async () => {
      const { connected, io } = await createWorld(version, transports);
      const { client, socket } = await connected();
      const again = waitFor<[Socket]>(io, "connection");
      const gone = waitFor(client, "disconnect");
      socket.conn.close();
      await gone;
      client.emit("said meanwhile", 1);
      const [fresh] = await again;
      expect(await waitFor(fresh, "said meanwhile")).toEqual([1]);
      expect(fresh.id).not.toBe(socket.id);
      expect(client.id).toBe(fresh.id);
    });
  },
};
