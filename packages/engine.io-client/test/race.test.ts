import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import { collect, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { Socket } from "../src/index.js";
import { closing } from "./support/cleanup.js";
import { deferred } from "./support/deferred.js";
import { SERVERS, type ServerSocket, start } from "./support/servers.js";

type OnUpgrade = (socket: Duplex & { resetAndDestroy(): void }, goOn: () => void) => void;

/** Puts something between the network and the server's own handling of a WebSocket request. */
function intercept(http: Server, onUpgrade: OnUpgrade): { requests: string[] } {
  const own = http.listeners("upgrade") as ((req: IncomingMessage, socket: Duplex, head: Buffer) => void)[];
  http.removeAllListeners("upgrade");
  const requests: string[] = [];
  http.on("upgrade", (req, socket: Duplex, head) => {
    requests.push(req.url as string);
    socket.on("error", () => {});
    onUpgrade(socket as Parameters<OnUpgrade>[0], () => {
      for (const listener of own) listener.call(http, req, socket, head);
    });
  });
  return { requests };
}

const answer = (status: string) => (socket: Duplex) =>
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);

const BLOCKED: [string, OnUpgrade][] = [
  ["reset", (socket) => socket.resetAndDestroy()],
  ["ended", (socket) => socket.end()],
  ["forbidden", answer("403 Forbidden")],
  ["taken for a plain request", answer("400 Bad Request")],
  ["never answered", () => {}],
];

describe.each(Object.entries(SERVERS))("default transports, %s", (_, attach) => {
  it("open with WebSocket", async () => {
    const server = closing(await start(attach));
    const socket = closing(new Socket(server.url));
    expect(socket.transport.name).toBe("websocket");
    socket.send("a");
    expect(await waitFor(socket, "message")).toEqual(["a"]);
    expect(socket.transport.name).toBe("websocket");
  });

  it.each(BLOCKED)("go on over polling when WebSocket is %s", async (_name, onUpgrade) => {
    const server = closing(await start(attach, { http: createServer() }));
    intercept(server.http, onUpgrade);
    const socket = closing(new Socket(server.url));
    const events = collect(socket, "error", "close");
    const messages = collect(socket, "message");
    for (let i = 0; i < 5; i++) socket.send(`${i}`);
    const received = await messages.take(5);
    expect(received.map(({ args }) => args[0])).toEqual(["0", "1", "2", "3", "4"]);
    expect(socket.transport.name).toBe("polling");
    expect(events.size).toBe(0);
    expect(server.engine.clientsCount).toBe(1);
  });

  it("take polling when WebSocket is slow, then move to it", async () => {
    const server = closing(await start(attach));
    const held: (() => void)[] = [];
    intercept(server.http, (_socket, goOn) => {
      if (held.length) goOn();
      else held.push(goOn);
    });
    const socket = closing(new Socket(server.url));
    socket.send("a");
    await waitFor(socket, "open");
    expect(socket.transport.name).toBe("polling");
    await waitFor(socket, "upgrade");
    expect(socket.transport.name).toBe("websocket");
    expect(server.engine.clientsCount).toBe(1);
  });

  it("take WebSocket when it is slow and polling slower, and close the session of that one", async () => {
    const connections: ServerSocket[] = [];
    const second = deferred<ServerSocket>();
    const server = closing(
      await start(attach, {
        onConnection(it) {
          if (connections.push(it) === 2) second.resolve(it);
        },
      }),
    );
    const { http } = server;
    const own = http.listeners("request") as ((...args: unknown[]) => void)[];
    http.removeAllListeners("request");
    const arrived = deferred<() => void>();
    http.on("request", (...args) => {
      const goOn = () => {
        for (const listener of own) listener.apply(http, args);
      };
      if (args[0].url?.includes("sid=")) goOn();
      else arrived.resolve(goOn);
    });
    // WebSocket is let through when the other request has come, and that one when WebSocket is open.
    intercept(http, (_socket, goOn) => void arrived.promise.then(goOn));
    const socket = closing(new Socket(server.url));
    await waitFor(socket, "open");
    expect(socket.transport.name).toBe("websocket");
    (await arrived.promise)();
    const loser = await second.promise;
    await waitFor(loser as unknown as NodeJS.EventEmitter, "close");
    expect(loser.transport.name).toBe("polling");
    expect(socket.readyState).toBe("open");
    expect(server.engine.clientsCount).toBe(1);
  });

  it("say what became of polling when nothing works", async () => {
    const server = await start(attach);
    const { url } = server;
    await server.close();
    const socket = new Socket(url);
    const events = collect(socket, "error", "close");
    const { args } = await events.next();
    expect(args[0]).toMatchObject({ message: "xhr poll error" });
    await events.next();
    expect(socket.readyState).toBe("closed");
  });

  it("leave nothing open when closed in the middle", async () => {
    const server = closing(await start(attach));
    const asked = deferred<void>();
    intercept(server.http, () => asked.resolve());
    const socket = new Socket(server.url);
    await asked.promise;
    socket.close();
    expect(socket.readyState).toBe("closed");
    expect(server.engine.clientsCount).toBe(0);
  });
});
