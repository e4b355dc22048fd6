import { Socket as Client6 } from "published-engine.io-client";
import connect3 from "published-engine.io-client-3";
import { collect, waitFor } from "testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ServerSocket, startEngine } from "../support.js";

interface Client {
  readonly id?: string;
  readonly readyState: string;
  readonly transport: { readonly name: string };
  send(data: string | Buffer): unknown;
  close(): unknown;
}

const CLIENTS: [string, number, (url: string, options: object) => Client][] = [
  ["engine.io-client 3.5.4", 3, (url, options) => connect3(url, options)],
  ["engine.io-client 6.6.8", 4, (url, options) => new Client6(url, options) as Client],
];

const TRANSPORTS = [["polling"], ["websocket"], ["polling", "websocket"]];

describe.each(CLIENTS)("%s", (_, protocol, create) => {
  async function open(options: object = {}, serverOptions: object = {}) {
    const started = await startEngine({ allowEIO3: true, ...serverOptions });
    const connection = started.connected();
    const client = create(started.url, options);
    onTestFinished(() => {
      client.close();
    });
    const opened = waitFor(client, "open");
    const socket = await connection;
    await opened;
    return { ...started, client, socket };
  }

  async function upgraded(client: Client, socket: ServerSocket): Promise<void> {
    if (socket.transport.name !== "websocket") await waitFor(socket, "upgrade");
    if (client.transport.name !== "websocket") await waitFor(client, "upgrade");
  }

  describe.each(TRANSPORTS.map((transports) => ({ transports })))("$transports", ({ transports }) => {
    test("opens, speaks its protocol, and closes", async () => {
      const { client, socket, engine } = await open({ transports });
      expect(socket.protocol).toBe(protocol);
      expect(client.id).toBe(socket.id);
      expect(socket.request._query).toMatchObject({ EIO: String(protocol), transport: transports[0] });
      const closed = waitFor<[string]>(socket, "close");
      client.close();
      expect((await closed)[0]).toBe("transport close");
      expect(engine.clientsCount).toBe(0);
    });

    test("is closed by the server, after what was sent before", async () => {
      const { client, socket } = await open({ transports });
      if (transports.length > 1) await upgraded(client, socket);
      const events = collect(client, "message", "close");
      socket.send("bye");
      socket.close();
      expect((await events.next()).args[0]).toBe("bye");
      expect((await events.next()).args[0]).toBe("transport close");
    });

    test("carries text and bytes both ways, in order", async () => {
      const { client, socket } = await open({ transports });
      const sent = [
        "a",
        "é😀\u2028",
        Buffer.from([0, 1, 255]),
        "b",
        Buffer.alloc(70_000, 7),
        "x".repeat(70_000),
      ];
      const atServer = collect(socket, "message");
      const atClient = collect(client, "message");
      for (const data of sent) {
        client.send(data);
        socket.send(data);
      }
      const values = async (queue: typeof atServer) =>
        (await queue.take(sent.length)).map(({ args: [data] }) =>
          typeof data === "string" ? data : bytes(data),
        );
      expect(await values(atServer)).toEqual(sent);
      expect(await values(atClient)).toEqual(sent);
    });

    test("carries bytes as base64 where it must", async () => {
      const { client, socket } = await open({ transports, forceBase64: true });
      const atServer = waitFor(socket, "message");
      const atClient = waitFor(client, "message");
      client.send(Buffer.from([1, 2, 3]));
      socket.send(Buffer.from([4, 5, 6]));
      expect(await atServer).toEqual([Buffer.from([1, 2, 3])]);
      expect(bytes((await atClient)[0])).toEqual(Buffer.from([4, 5, 6]));
    });

    test("lives through heartbeats", async () => {
      const { client, socket } = await open({ transports }, { pingInterval: 30, pingTimeout: 500 });
      await collect(socket, "heartbeat").take(4);
      expect([client.readyState, socket.readyState]).toEqual(["open", "open"]);
    });
  });

  test("upgrades, losing and reordering nothing", async () => {
    const { client, socket } = await open();
    const atServer = collect(socket, "message");
    const atClient = collect(client, "message");
    let count = 0;
    const talk = () => {
      client.send(String(count));
      socket.send(String(count));
      count++;
    };
    const done = upgraded(client, socket);
    let isDone = false;
    void done.then(() => {
      isDone = true;
    });
    while (!isDone) {
      talk();
      await new Promise((resolve) => setImmediate(resolve));
    }
    talk();
    const expected = Array.from({ length: count }, (_, index) => String(index));
    expect((await atServer.take(count)).map(({ args }) => args[0])).toEqual(expected);
    expect((await atClient.take(count)).map(({ args }) => args[0])).toEqual(expected);
    expect([client.transport.name, socket.transport.name]).toEqual(["websocket", "websocket"]);
  });
});

test("a client of protocol 3 is refused unless allowed", async () => {
  const { engine, url } = await startEngine();
  const refused = waitFor<[{ code: number; message: string }]>(engine, "connection_error");
  const client = connect3(url, { transports: ["polling"] });
  const failed = waitFor(client, "error");
  expect((await refused)[0]).toMatchObject({ code: 5, message: "Unsupported protocol version" });
  await failed;
  const overWebSocket = connect3(url, { transports: ["websocket"] });
  await waitFor(overWebSocket, "error");
  expect(engine.clientsCount).toBe(0);
});

function bytes(data: unknown): Buffer {
  return ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength)
    : Buffer.from(data as ArrayBuffer);
}
