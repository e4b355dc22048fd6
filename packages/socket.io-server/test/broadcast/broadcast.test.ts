import { Encoder as BaseEncoder, Decoder, type Packet } from "socket.io-parser";
import { openSocketIo, waitFor } from "testkit";
import { afterEach, expect, test } from "vitest";
import { type Connection, Server, type Socket } from "../../src/index.js";
import { type Started, start, turn } from "../support/start.js";

let started: Started | undefined;
afterEach(() => started?.close());

let encoded: Packet[] = [];
class Encoder extends BaseEncoder {
  override encode(packet: Packet) {
    encoded.push(packet);
    return super.encode(packet);
  }
}

test("a broadcast is encoded once, and not at all when nobody matches", async () => {
  started = await start({ parser: { Encoder, Decoder } });
  const { io, url } = started;
  const clients = [await openSocketIo(url), await openSocketIo(url)];
  encoded = [];
  io.emit("all", Buffer.from([1]));
  io.to("nobody").emit("nobody");
  io.of("/empty").emit("nobody");
  io.of(/^\/none/).emit("nobody");
  for (const client of clients) expect(await client.packets.take(2)).toHaveLength(2);
  expect(encoded).toHaveLength(1);
  for (const client of clients) client.close();
});

test("an array of encoded packets is prepared once for all connections", async () => {
  started = await start();
  const { io, url } = started;
  const clients = [await openSocketIo(url), await openSocketIo(url)];
  const prepared: unknown[] = [];
  for (const socket of io.sockets.sockets.values()) {
    const { writePrepared } = socket.conn;
    socket.conn.writePrepared = function (message, options) {
      prepared.push(message);
      return writePrepared.call(this, message, options);
    };
  }
  io.emit("all");
  io.emit("all");
  expect(prepared[0]).toBe(prepared[1]);
  expect(prepared[2]).toBe(prepared[3]);
  expect(prepared[0]).not.toBe(prepared[2]);
  for (const client of clients) expect(await client.packets.take(2)).toEqual(['2["all"]', '2["all"]']);
  for (const client of clients) client.close();
});

/** An engine's connection of the least that is asked for. */
function fakeConnection(written: unknown[]): Connection & { receive(data: unknown): void } {
  const listeners = new Map<string, (...args: unknown[]) => void>();
  return {
    id: "fake",
    protocol: 4,
    readyState: "open",
    request: { headers: {}, url: "/" } as never,
    remoteAddress: "here",
    transport: { name: "fake", writable: true },
    write: (data) => written.push(data),
    close: () => listeners.get("close")?.("forced close"),
    on: (event, listener) => listeners.set(event, listener),
    receive: (data) => listeners.get("data")?.(data),
  };
}

test("bind() takes an engine that has the required half of the contract only", async () => {
  let accept = (_connection: Connection): void => {};
  const io = new Server();
  io.bind({
    on(_event, listener) {
      accept = listener;
    },
  });
  const written: unknown[] = [];
  const connection = fakeConnection(written);
  accept(connection);
  const connected = waitFor<[Socket]>(io, "connection");
  connection.receive("0");
  const [socket] = await connected;
  io.emit("both", Buffer.from([1]));
  socket.emit("alone", 1);
  expect(written.slice(1)).toEqual([
    '51-["both",{"_placeholder":true,"num":0}]',
    Buffer.from([1]),
    '2["alone",1]',
  ]);
  expect(socket.handshake).toMatchObject({ address: "here", xdomain: false, secure: false, query: {} });
  await io.close();
  await turn();
  expect(socket.connected).toBe(false);
});

test("acknowledgements of a broadcast are awaited without limit when there is none", async () => {
  started = await start();
  const { io, url } = started;
  const client = await openSocketIo(url);
  const answers = new Promise((resolve) => io.emit("?", (...args: unknown[]) => resolve(args)));
  const packet = String(await client.packets.next());
  client.send(packet.replace(/^2(\d+).*/, '3$1["late"]'));
  expect(await answers).toEqual([null, ["late"]]);
  client.close();
});

test("what is sent to a parent namespace reaches its children, acknowledgements included", async () => {
  started = await start();
  const { io, connect } = started;
  const parent = io.of(/^\/p\d$/);
  expect(await parent.timeout(1000).emitWithAck("?")).toEqual([]);
  const clients = [connect("/p1"), connect("/p2")];
  for (const [index, client] of clients.entries()) {
    client.on("?", (callback) => callback(index));
    await waitFor(client, "connect");
  }
  expect(((await parent.timeout(1000).emitWithAck("?")) as number[]).sort()).toEqual([0, 1]);
  parent.socketsJoin("room");
  expect(await io.of("/p1").in("room").fetchSockets()).toHaveLength(1);
  const gone = waitFor(clients[1] as object, "disconnect");
  parent.disconnectSockets();
  expect((await gone)[0]).toBe("io server disconnect");
});
