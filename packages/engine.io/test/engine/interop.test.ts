import { Socket as Client, type SocketOptions } from "published-engine.io-client";
import { waitFor } from "testkit";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ServerOptions } from "../../src/index.js";
import { comparable, startEngine, turns } from "../support.js";

describe("the published client", () => {
  async function connect(
    transports: string[],
    options: ServerOptions = {},
    clientOptions: Partial<SocketOptions> = {},
  ) {
    const { engine, url, connected } = await startEngine(options);
    const connection = connected();
    const client = new Client(url, { transports, ...clientOptions });
    onTestFinished(() => {
      client.close();
    });
    const opened = waitFor(client, transports.length > 1 ? "upgrade" : "open");
    const socket = await connection;
    await opened;
    // The client has moved when it says so; the server when it has read that.
    if (transports.length > 1 && !socket.upgraded) await waitFor(socket, "upgrade");
    return { engine, client, socket };
  }

  describe.each([[["polling"]], [["websocket"]], [["polling", "websocket"]]])("%j", (transports) => {
    const name = transports.at(-1);

    test("messages both ways", async () => {
      const { client, socket } = await connect(transports, { maxHttpBufferSize: 1e6 });
      expect(client.id).toBe(socket.id);
      expect([client.transport.name, socket.transport.name]).toEqual([name, name]);
      socket.on("message", (data) => socket.send(data));
      const received: unknown[] = [];
      client.on("message", (data) => received.push(data));
      const sent = [
        "a",
        "é€😀",
        Buffer.from([0, 1, 255]),
        "x".repeat(300_000),
        Buffer.alloc(300_000, 9),
        "end",
      ];
      for (const data of sent) client.send(data);
      while (received.length < sent.length) await turns(1);
      expect(comparable(received)).toEqual(comparable(sent));
    });

    test("the client closes", async () => {
      const { engine, client, socket } = await connect(transports);
      const [ours, theirs] = [waitFor<[string]>(socket, "close"), waitFor<[string]>(client, "close")];
      client.close();
      expect((await ours)[0]).toBe("transport close");
      expect((await theirs)[0]).toBe("forced close");
      expect(engine.clientsCount).toBe(0);
    });

    test("the server closes, after what it wrote", async () => {
      const { client, socket } = await connect(transports);
      const [ours, theirs] = [waitFor<[string]>(socket, "close"), waitFor<[string]>(client, "close")];
      const last = waitFor(client, "message");
      socket.send("last");
      socket.close();
      expect(await last).toEqual(["last"]);
      expect((await ours)[0]).toBe("forced close");
      expect((await theirs)[0]).toBe("transport close");
    });

    test("heartbeats keep it alive", async () => {
      const { socket } = await connect(transports, { pingInterval: 20, pingTimeout: 2000 });
      for (let i = 0; i < 5; i++) await waitFor(socket, "heartbeat");
      expect(socket.readyState).toBe("open");
    });
  });

  test("base64 over WebSocket", async () => {
    const { client, socket } = await connect(["websocket"], {}, { forceBase64: true });
    const received = waitFor(client, "message");
    socket.once("message", (data) => socket.send(data));
    client.send(Buffer.from([1, 2, 3]));
    expect(await received).toEqual([Buffer.from([1, 2, 3])]);
  });

  test("permessage-deflate", async () => {
    const options = { perMessageDeflate: { threshold: 10 } };
    const { client, socket } = await connect(["websocket"], options, options);
    socket.on("message", (data) => socket.send(data));
    const received: unknown[] = [];
    client.on("message", (data) => received.push(data));
    const sent = Array.from({ length: 50 }, (_, i) => (i % 3 ? "x".repeat(i * 7) : Buffer.alloc(i * 11, i)));
    for (const data of sent.slice(1)) client.send(data);
    while (received.length < sent.length - 1) await turns(1);
    expect(received).toEqual(sent.slice(1));
  });
});
