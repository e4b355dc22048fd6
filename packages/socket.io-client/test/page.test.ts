import { Server as PublishedServer } from "published-socket.io";
import { Server } from "socket.io-server";
import { startFaultProxy, waitFor } from "testkit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { io } from "../src/index.js";
import { io as webSocketOnly } from "../src/websocket.js";
import { onEnd, type ServerClass, start } from "./support/start.js";

let page: EventTarget;

// What a browser calls when the page sleeps and wakes.
beforeEach(() => {
  page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});
afterEach(() => vi.unstubAllGlobals());

const persisted = (type: string) => Object.assign(new Event(type), { persisted: true });

describe.each([
  ["our server", Server as unknown as ServerClass],
  ["published socket.io", PublishedServer as unknown as ServerClass],
])("the page's life, %s", (_, ServerImpl) => {
  describe.each([
    ["default transports", io],
    ["the entry for WebSocket", webSocketOnly],
  ])("%s", (_entry, lookup) => {
    const patient = { forceNew: true, reconnectionDelay: 60_000, reconnectionDelayMax: 60_000 };
    const connect = (url: string) => {
      const socket = lookup(url, patient);
      onEnd(() => socket.disconnect());
      return socket;
    };

    it.each(["online", "pageshow", "visibilitychange", "resume"])(
      "%s: a reconnection that waits is made at once",
      async (type) => {
        const server = await start(ServerImpl);
        const socket = connect(server.url);
        await waitFor(socket, "connect");
        const lost = waitFor(socket, "disconnect");
        await server.kill();
        await lost;
        await server.restart();
        page.dispatchEvent(new Event(type));
        await waitFor(socket, "connect");
      },
    );

    it("not while the page is hidden", async () => {
      const server = await start(ServerImpl);
      const socket = connect(server.url);
      await waitFor(socket, "connect");
      socket.io.engine.close();
      vi.stubGlobal("document", { hidden: true });
      page.dispatchEvent(new Event("visibilitychange"));
      expect(socket.io._readyState).toBe("closed");
      vi.stubGlobal("document", { hidden: false });
      page.dispatchEvent(new Event("visibilitychange"));
      expect(socket.io._readyState).toBe("opening");
    });

    it("the back/forward cache: closes when the page is put there, reconnects when it comes back", async () => {
      const server = await start(ServerImpl);
      const socket = connect(server.url);
      await waitFor(socket, "connect");
      page.dispatchEvent(new Event("pagehide"));
      expect(socket.connected).toBe(true);
      const lost = waitFor(socket, "disconnect");
      page.dispatchEvent(persisted("pagehide"));
      expect((await lost)[0]).toBe("transport close");
      page.dispatchEvent(persisted("pageshow"));
      await waitFor(socket, "connect");
    });

    it("a connection that is dead after a sleep is found long before the ping timeout", async () => {
      const server = await start(ServerImpl, {}, { pingInterval: 300, pingTimeout: 60_000 });
      const proxy = await startFaultProxy({ target: server.url });
      onEnd(() => proxy.close());
      const socket = connect(proxy.url);
      await waitFor(socket, "connect");
      proxy.stall("toClient");
      page.dispatchEvent(new Event("visibilitychange"));
      const [reason] = await waitFor(socket, "disconnect", { timeout: 8000 });
      expect(reason).toBe("ping timeout");
    });

    it("a connection that lives is left alone", async () => {
      const server = await start(ServerImpl, {}, { pingInterval: 100, pingTimeout: 20_000 });
      server.io.on("connection", (peer) => peer.on("echo", (n, reply) => reply(n)));
      const socket = connect(server.url);
      await waitFor(socket, "connect");
      const { id } = socket;
      for (let n = 0; n < 10; n++) {
        page.dispatchEvent(new Event("resume"));
        expect(await socket.emitWithAck("echo", n)).toBe(n);
        if (n % 3 === 0) await waitFor(socket.io, "ping");
      }
      expect(socket.id).toBe(id);
    });
  });
});

it("a manager that is closed listens to nothing", async () => {
  const added = vi.spyOn(globalThis, "addEventListener");
  const removed = vi.spyOn(globalThis, "removeEventListener");
  const server = await start(Server as unknown as ServerClass);
  const socket = io(server.url, { forceNew: true });
  await waitFor(socket, "connect");
  const closed = waitFor(socket.io.engine, "close");
  socket.disconnect();
  await closed;
  const types = (spy: typeof added) => new Set(spy.mock.calls.map(([type]) => type));
  expect(types(removed as unknown as typeof added)).toEqual(types(added));
});
