import type { Server as HttpServer } from "node:http";
import { httpRequest, listen, openPolling, openSocketIo, openWebSocket, Queue, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { Socket } from "../../src/index.js";
import { Server } from "../../src/index.js";
import { type Started, start } from "../support/start.js";

let started: Started | undefined;
afterEach(() => started?.close());

async function connected(count = 1) {
  started = await start();
  const { io, connect } = started;
  const sockets = new Queue<Socket>("a socket");
  io.on("connection", (socket) => sockets.push(socket));
  const clients = Array.from({ length: count }, () => connect());
  return { io, url: started.url, clients, sockets: await sockets.take(count) };
}

test("clients are disconnected in a way that makes them come back, and are counted", async () => {
  const { io, clients, sockets } = await connected(3);
  const ends = clients.map((client) => waitFor<[string]>(client, "disconnect"));
  const left = sockets.map((socket) => waitFor<[string]>(socket, "disconnect"));
  expect(await io.drain({ deadline: 10_000, jitter: 0 })).toEqual({ closed: 3, forced: 0 });
  for (const end of ends) expect((await end)[0]).toBe("transport close");
  for (const end of left) expect((await end)[0]).toBe("forced close");
  expect(clients.every((client) => client.active)).toBe(true);
  expect(io.engine.clientsCount).toBe(0);
});

test("new connections are refused", async () => {
  const { io, url, sockets } = await connected();
  const answer = (sockets[0] as Socket)
    .timeout(60_000)
    .emitWithAck("never answered")
    .catch((error) => error.code);
  const drained = io.drain({ deadline: 300, jitter: 0 });
  const reply = await httpRequest(url, "/socket.io/?EIO=4&transport=polling");
  expect([reply.status, JSON.parse(reply.text)]).toEqual([
    403,
    { code: 4, message: "the server is draining" },
  ]);
  await expect(openWebSocket(url)).rejects.toThrow();
  expect(await drained).toEqual({ closed: 0, forced: 1 });
  expect(await answer).toBe("ERR_SOCKET_DISCONNECTED");
});

describe("a connection is kept until", () => {
  test("we have acknowledged its events", async () => {
    const { io, clients, sockets } = await connected();
    const asked = waitFor<[(answer: string) => void]>(sockets[0] as Socket, "ask");
    const answer = (clients[0] as (typeof clients)[0]).emitWithAck("ask");
    const [acknowledge] = await asked;
    const drained = io.drain({ deadline: 10_000, jitter: 0 });
    setTimeout(acknowledge, 20, "in time");
    expect(await answer).toBe("in time");
    expect(await drained).toEqual({ closed: 1, forced: 0 });
  });

  test("it has acknowledged ours", async () => {
    const { io, clients, sockets } = await connected();
    (clients[0] as (typeof clients)[0]).on("ask", (callback) => setTimeout(callback, 20, "in time"));
    const answer = (sockets[0] as Socket).emitWithAck("ask");
    expect(await io.drain({ deadline: 10_000, jitter: 0 })).toEqual({ closed: 1, forced: 0 });
    expect(await answer).toBe("in time");
  });

  test.each([
    ["an event", (_io: Server, socket: Socket) => socket.timeout(20).emitWithAck("ask")],
    ["a broadcast", (io: Server) => io.timeout(20).emitWithAck("ask")],
  ])("time is up for %s that it does not acknowledge", async (_name, ask) => {
    const { io, sockets } = await connected();
    const socket = sockets[0] as Socket;
    const asked = ask(io, socket).catch((error) => error.code);
    expect(await io.drain({ deadline: 10_000, jitter: 0 })).toEqual({ closed: 1, forced: 0 });
    expect(await asked).toBe("ERR_ACK_TIMEOUT");
  });
});

test("connections of every kind are closed", async () => {
  started = await start();
  const { io, url } = started;
  const polling = await openPolling(url);
  const inNoNamespace = await openWebSocket(url);
  const webSocket = await openSocketIo(url);
  const poll = polling.poll();
  expect(await io.drain({ deadline: 10_000, jitter: 0 })).toEqual({ closed: 3, forced: 0 });
  expect(await poll).toEqual(["1"]);
  await Promise.all([inNoNamespace.closed(), webSocket.wire.closed()]);
});

test("closing is spread over the jitter", async () => {
  const { io } = await connected(10);
  const begin = performance.now();
  await io.drain({ deadline: 10_000, jitter: 200 });
  // The last of ten is in the first twentieth once in ten million million times.
  expect(performance.now() - begin).toBeGreaterThan(10);
});

test("a server that was drained and closed can be used again", async () => {
  const { io } = await connected();
  const { httpServer } = io;
  await io.drain({ deadline: 1000, jitter: 0 });
  await io.close();
  const { url } = await listen(httpServer as HttpServer);
  const client = await openSocketIo(url);
  expect(client.connected).toMatch(/^0\{"sid"/);
  client.close();
});

test("draining twice is draining once, and an empty server is drained at once", async () => {
  started = await start();
  const first = started.io.drain({ deadline: 60_000 });
  expect(started.io.drain()).toBe(first);
  expect(await first).toEqual({ closed: 0, forced: 0 });
  expect(await new Server().drain()).toEqual({ closed: 0, forced: 0 });
});

test.each([
  ["deadline", { deadline: -1 }],
  ["jitter", { jitter: Number.NaN }],
  ["jitter", { deadline: 10, jitter: 20 }],
])("a wrong %s is refused", (name, options) => {
  expect(() => new Server().drain(options)).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_OPTION", message: expect.stringContaining(name) }),
  );
});
