import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import {
  collect,
  FrameReader,
  frame,
  httpRequest,
  type Listening,
  listen,
  openPolling,
  openRawWebSocket,
  openSocketIo,
  openTcp,
  openWebSocket,
  type WireFrame,
  within,
} from "../src/index.js";

const HANDSHAKE = {
  sid: "abc",
  upgrades: ["websocket"],
  pingInterval: 25000,
  pingTimeout: 20000,
  maxPayload: 1e6,
};

describe("frames", () => {
  const lengths = [0, 1, 125, 126, 65_535, 65_536];
  const variants = [
    { fin: true, rsv: 0, opcode: 1, mask: true },
    { fin: false, rsv: 7, opcode: 15, mask: false },
  ];
  it.each(lengths.flatMap((length) => variants.map((options) => ({ length, options }))))(
    "reads back $length bytes as $options, in whatever pieces they come",
    ({ length, options: { mask, ...rest } }) => {
      const payload = Buffer.alloc(length, 7);
      const bytes = frame(payload, { mask, ...rest });
      for (const piece of [length < 1000 ? 1 : 1021, 70_000]) {
        const reader = new FrameReader();
        const frames: WireFrame[] = [];
        for (let at = 0; at < bytes.length; at += piece)
          frames.push(...reader.add(bytes.subarray(at, at + piece)));
        expect(frames).toHaveLength(1);
        expect(frames[0]).toMatchObject({ ...rest, masked: mask });
        expect(frames[0]?.payload.equals(payload)).toBe(true);
      }
    },
  );

  it("can lie about the length", () => {
    expect(new FrameReader().add(frame("abc", { length: 4 }))).toEqual([]);
    expect(new FrameReader().add(frame("abc", { length: 2 }))[0]?.payload.toString()).toBe("ab");
  });
});

describe("wire clients", () => {
  const open: Listening[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close();
  });

  async function serve(server: Parameters<typeof listen>[0]): Promise<string> {
    const listening = await listen(server);
    open.push(listening);
    return listening.url;
  }

  it("puts the target on the wire exactly as written", async () => {
    const url = await serve(createHttpServer((request, response) => response.end(request.url)));
    const target = "/a/../b?x=%zz&x=1&=";
    const reply = await httpRequest(url, target, { method: "POST", body: "hé" });
    expect(reply).toMatchObject({ status: 200, text: target });
  });

  it("polls and posts", async () => {
    const seen: string[] = [];
    const replies = [`0${JSON.stringify(HANDSHAKE)}\x1e2`, "40", '42["a"]\x1e42["b"]'];
    const server = createHttpServer(async (request, response) => {
      seen.push(`${request.method} ${request.url}`);
      if (request.method === "GET") response.end(replies.shift());
      else {
        for await (const chunk of request as IncomingMessage) seen.push(String(chunk));
        response.end("ok");
      }
    });
    const url = await serve(server);
    const wire = await openPolling(url, { query: { a: "1" } });
    expect(wire.handshake).toEqual(HANDSHAKE);
    expect(wire.first).toEqual(["2"]);
    await wire.post("3", "40");
    expect(await wire.pollUntil((packet) => packet.startsWith("42"))).toEqual(["40", '42["a"]', '42["b"]']);
    expect(seen.slice(0, 3)).toEqual([
      "GET /socket.io/?EIO=4&transport=polling&a=1",
      "POST /socket.io/?EIO=4&transport=polling&a=1&sid=abc",
      "3\x1e40",
    ]);
    replies.push("");
    await expect(openPolling(url)).rejects.toThrow("not an open packet");
  });

  it("speaks WebSocket by hand and by ws", async () => {
    const server = createHttpServer();
    const sockets = new WebSocketServer({ server });
    const upgrades = collect(sockets, "connection");
    sockets.on("connection", (socket) => {
      socket.send(`0${JSON.stringify(HANDSHAKE)}`);
      socket.on("error", () => {});
      socket.on("message", (data, isBinary) => {
        const text = String(data);
        if (isBinary) socket.send(data);
        else if (text === "40") socket.send('40{"sid":"x"}');
        else if (text.startsWith("42")) socket.send(`${text}`);
      });
    });
    const url = await serve(server);

    const raw = await openRawWebSocket(url, "/socket.io/?EIO=4&transport=websocket");
    expect((await raw.frames.next()).payload.toString()).toMatch(/^0\{/);
    const request = (await upgrades.next()).args[1] as IncomingMessage;
    expect(request.url).toBe("/socket.io/?EIO=4&transport=websocket");
    raw.send(new Uint8Array([1, 2]));
    expect(await raw.frames.next()).toMatchObject({ opcode: 2, masked: false });
    raw.send("x", { rsv: 2 });
    expect((await raw.frames.next()).opcode).toBe(8);

    const wire = await openWebSocket(url);
    expect(await wire.text()).toMatch(/^0\{/);
    wire.send(new Uint8Array([1]));
    expect(await wire.binary()).toEqual(Buffer.from([1]));
    wire.close();
    expect((await wire.closed()).code).toBe(1005);

    const client = await openSocketIo(url);
    expect(client.handshake.sid).toBe("abc");
    expect(client.connected).toBe('0{"sid":"x"}');
    client.send('2["hello"]');
    expect(await client.packets.next()).toBe('2["hello"]');
    client.close();
  });

  it("shows the reply of a refused upgrade", async () => {
    const url = await serve(createHttpServer((_, response) => response.writeHead(400).end("no")));
    await expect(openRawWebSocket(url, "/")).rejects.toThrow("not upgraded: HTTP/1.1 400 Bad Request");
    await expect(openWebSocket(url)).rejects.toThrow("400");
  });

  it("takes TCP bytes up to a marker and names the marker that does not come", async () => {
    const url = await serve(createServer((socket) => socket.write("one\ntwo")));
    const tcp = await openTcp(url);
    expect((await tcp.takeUntil("\n")).toString()).toBe("one\n");
    await expect(tcp.takeUntil("three", 20)).rejects.toThrow('waiting for "three" over TCP; seen: "two"');
    tcp.destroy();
    await expect(tcp.takeUntil("three")).rejects.toThrow("closed");
  });

  it("closes a server together with its open connections", async () => {
    const server = createServer();
    const listening = await listen(server);
    const tcp = await openTcp(listening.url);
    await within(listening.close(), "the server to close");
    await tcp.closed();
    expect(server.listening).toBe(false);
  });
});
