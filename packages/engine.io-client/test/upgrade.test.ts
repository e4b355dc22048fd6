import { createServer } from "node:http";
import { collect, startFaultProxy, waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import {
  NodeWebSocket,
  NodeXHR,
  Socket,
  SocketWithoutUpgrade,
  SocketWithUpgrade,
  type Transport,
} from "../src/index.js";
import { closing } from "./support/cleanup.js";
import { deferred } from "./support/deferred.js";
import { SERVERS, type ServerSocket, start } from "./support/servers.js";

const UPGRADING = { transports: ["polling", "websocket"] };

describe.each(Object.entries(SERVERS))("upgrade, %s", (_, attach) => {
  it("says what it does, in this order", async () => {
    const { url } = closing(await start(attach));
    const socket = closing(new Socket(url, UPGRADING));
    const events = collect(socket, "open", "upgrading", "upgrade", "upgradeError", "close");
    const names: string[] = [];
    for (let i = 0; i < 3; i++) {
      const { event, args } = await events.next();
      names.push(`${event} ${(args[0] as Transport | undefined)?.name ?? socket.transport.name}`);
    }
    expect(names).toEqual(["open polling", "upgrading websocket", "upgrade websocket"]);
    expect(socket.transport.name).toBe("websocket");
  });

  it.each([
    ["at full speed", {}],
    ["split into pieces and late", { toServer: { chunk: 50, delay: 3 }, toClient: { chunk: 50, delay: 3 } }],
  ])("loses and reorders nothing under load, %s", async (_name, faults) => {
    const COUNT = 3000;
    const atServer: unknown[] = [];
    const all = deferred<void>();
    const server = closing(
      await start(attach, {
        onConnection(it) {
          let sent = 0;
          it.on("message", (data: unknown) => {
            atServer.push(data);
            if (sent < COUNT) it.send(`server ${sent++}`);
            if (atServer.length === COUNT) all.resolve();
          });
        },
      }),
    );
    const proxy = closing(await startFaultProxy({ target: server.url, ...faults }));
    const socket = closing(new Socket(proxy.url, UPGRADING));
    const messages = collect(socket, "message", "close");
    await waitFor(socket, "open");

    let upgraded = 0;
    let sent = 0;
    socket.on("upgrade", () => {
      upgraded = sent;
    });
    // As long as the upgrade lasts and a while more, some in each turn of the loop.
    while (sent < COUNT) {
      const burst = upgraded ? COUNT - sent : Math.min(3, COUNT - 100 - sent);
      for (let i = 0; i < burst; i++) socket.send(`client ${sent++}`);
      await new Promise(setImmediate);
    }
    const received = await messages.take(COUNT);
    await all.promise;

    expect(upgraded).toBeGreaterThan(0);
    expect(atServer).toEqual(Array.from({ length: COUNT }, (_, i) => `client ${i}`));
    expect(received.map(({ args }) => args[0])).toEqual(
      Array.from({ length: COUNT }, (_, i) => `server ${i}`),
    );
  });

  it("goes on over polling when the new transport fails in the middle of the switch", async () => {
    const { url } = closing(await start(attach));
    const socket = closing(new Socket(url, UPGRADING));
    const messages = collect(socket, "message");
    const closed = collect(socket, "close");
    socket.on("upgrading", (transport) => {
      socket.send("during the switch");
      queueMicrotask(() => transport.close());
    });
    const [err] = await waitFor<[Error & { transport: string; code: string }]>(socket, "upgradeError");
    expect(err).toMatchObject({
      message: "probe error: transport closed",
      transport: "websocket",
      code: "ERR_PROBE",
    });
    socket.send("after");
    expect((await messages.take(2)).map(({ args }) => args[0])).toEqual(["during the switch", "after"]);
    expect(socket.transport.name).toBe("polling");
    expect(closed.size).toBe(0);
  });

  it("goes on over polling when a listener closes the new transport at once", async () => {
    const { url } = closing(await start(attach));
    const socket = closing(new Socket(url, UPGRADING));
    const messages = collect(socket, "message");
    socket.on("upgrading", (transport) => transport.close());
    await waitFor(socket, "upgradeError");
    socket.send("after");
    expect((await messages.next()).args).toEqual(["after"]);
    expect(socket.transport.name).toBe("polling");
  });

  it("is waited for by close()", async () => {
    const reasons = deferred<unknown>();
    const received: unknown[] = [];
    const { url } = closing(
      await start(attach, {
        onConnection(it) {
          it.on("message", (data: unknown) => received.push(data));
          it.on("close", (reason: unknown) => reasons.resolve(reason));
        },
      }),
    );
    const socket = closing(new Socket(url, UPGRADING));
    const events = collect(socket, "upgrading", "upgrade", "close");
    socket.on("upgrading", () => {
      socket.send("last words");
      socket.close();
      expect(socket.readyState).toBe("closing");
    });
    const [, , close] = await events.take(3);
    expect(events.all.map(({ event }) => event)).toEqual(["upgrading", "upgrade", "close"]);
    expect(close?.args[0]).toBe("forced close");
    expect(await reasons.promise).toBe("transport close");
    expect(received).toEqual(["last words"]);
  });

  it("is given up when the connection ends", async () => {
    const accepted = deferred<ServerSocket>();
    const { url } = closing(await start(attach, { onConnection: accepted.resolve }));
    const socket = closing(new Socket(url, UPGRADING));
    const events = collect(socket, "upgradeError", "close");
    await waitFor(socket, "open");
    socket.close();
    expect(events.all.map(({ event, args }) => `${event} ${args[0]}`)).toEqual([
      "close forced close",
      "upgradeError Error: probe error: socket closed",
    ]);
  });

  it("is done by SocketWithUpgrade, with the classes that are given", async () => {
    const server = closing(await start(attach));
    const socket = closing(new SocketWithUpgrade(server.url, { transports: [NodeXHR, NodeWebSocket] }));
    const [transport] = await waitFor<[Transport]>(socket, "upgrade");
    expect(transport).toBeInstanceOf(NodeWebSocket);
  });

  it("is not tried when not wanted, or not allowed", async () => {
    const server = closing(await start(attach));
    const strict = closing(await start(attach, { options: { allowUpgrades: false } }));
    let requests = 0;
    server.http.on("upgrade", () => requests++);
    strict.http.on("upgrade", () => requests++);
    for (const socket of [
      new Socket(server.url, { upgrade: false }),
      new Socket(server.url, { ...UPGRADING, upgrade: false }),
      new Socket(server.url, { transports: ["polling"] }),
      new SocketWithoutUpgrade(server.url, { transports: [NodeXHR, NodeWebSocket] }),
      new Socket(strict.url, UPGRADING),
    ]) {
      socket.send("a");
      await waitFor(socket, "message");
      socket.close();
    }
    expect(requests).toBe(0);
  });
});

describe("choice of the first transport", () => {
  const attach = SERVERS["published engine.io"] as (typeof SERVERS)[string];

  it("rememberUpgrade starts with what succeeded last time", async () => {
    const { url } = closing(await start(attach));
    class Remembering extends Socket {}
    expect(Remembering.priorWebsocketSuccess).toBe(false);
    const first = new Remembering(url, { ...UPGRADING, rememberUpgrade: true });
    expect(first.transport.name).toBe("polling");
    await waitFor(first, "upgrade");
    expect(Remembering.priorWebsocketSuccess).toBe(true);
    first.close();

    const second = closing(new Remembering(url, { ...UPGRADING, rememberUpgrade: true }));
    expect(second.transport.name).toBe("websocket");
    await waitFor(second, "open");
    expect(closing(new Remembering(url, UPGRADING)).transport.name).toBe("polling");

    const failing = new Remembering("http://127.0.0.1:1", { ...UPGRADING, rememberUpgrade: true });
    await waitFor(failing, "error");
    expect(Remembering.priorWebsocketSuccess).toBe(false);
    expect(Socket.priorWebsocketSuccess).toBe(false);
  });

  it("tryAllTransports takes the next one when one fails", async () => {
    const { url } = closing(await start(attach, { options: { transports: ["websocket"] } }));
    const socket = closing(new Socket(url, { transports: ["polling", "websocket"], tryAllTransports: true }));
    const errors = collect(socket, "error");
    await waitFor(socket, "open");
    expect(socket.transport.name).toBe("websocket");
    expect(errors.size).toBe(0);

    const strict = new Socket(url, { transports: ["polling", "websocket"] });
    const [err] = await waitFor<[Error & { description: unknown }]>(strict, "error");
    expect(err.message).toBe("xhr poll error");
    expect(err.description).toBe(400);
  });

  it("tryAllTransports reports the last failure, once", async () => {
    const { url } = closing(
      await start(() => ({ on() {}, close() {}, clients: {}, clientsCount: 0 }), {
        http: createServer((_, res) => res.writeHead(500).end()),
      }),
    );
    const socket = new Socket(url, { transports: ["websocket", "polling"], tryAllTransports: true });
    const events = collect(socket, "error", "close");
    await events.take(2);
    expect(events.all.map(({ event, args }) => `${event} ${args[0]}`)).toEqual([
      "error Error: xhr poll error",
      "close transport error",
    ]);
  });
});
