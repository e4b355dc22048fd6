import { createServer } from "node:http";
import { collect, listen, waitFor } from "testkit";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket as NodeWebSocket } from "ws";
import * as browser from "../src/index.browser.js";
import * as node from "../src/index.js";
import { cleanUp, closing } from "./support/cleanup.js";
import { deferred } from "./support/deferred.js";
import { FakeWebTransport } from "./support/fake-webtransport.js";
import { FakeXHR } from "./support/fake-xhr.js";
import { SERVERS, type ServerSocket, start } from "./support/servers.js";

const { Socket } = browser;
const attach = SERVERS["published engine.io"] as (typeof SERVERS)[string];

beforeEach(() => {
  vi.stubGlobal("XMLHttpRequest", FakeXHR);
  vi.stubGlobal("WebSocket", NodeWebSocket);
  vi.stubGlobal("WebTransport", FakeWebTransport);
  cleanUp(() => vi.unstubAllGlobals());
});

describe("the browser entry", () => {
  it("has the exports of the Node.js entry", () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
  });

  it.each([
    ["XHR", browser.XHR],
    ["Fetch", browser.Fetch],
    ["WebSocket", browser.WebSocket],
  ])("connects with %s", async (_, transport) => {
    const { url } = closing(await start(attach));
    const socket = closing(new Socket(url, { transports: [transport] }));
    socket.send("text").send(new Uint8Array([1, 2]));
    const [text, bytes] = await collect(socket, "message").take(2);
    expect(text?.args[0]).toBe("text");
    expect([...new Uint8Array(bytes?.args[0] as ArrayBuffer)]).toEqual([1, 2]);
  });

  it("upgrades from XHR to WebSocket", async () => {
    const { url } = closing(await start(attach));
    const socket = closing(new Socket(url, { transports: ["polling", "websocket"] }));
    await waitFor(socket, "upgrade");
    socket.send("a");
    expect(await waitFor(socket, "message")).toEqual(["a"]);
  });

  it("keeps the order of Blobs and texts when everything is text", async () => {
    const { url } = closing(await start(attach));
    const socket = closing(new Socket(url, { transports: ["websocket"], forceBase64: true }));
    socket.send(new Blob(["abc"])).send("behind");
    await waitFor(socket, "open");
    socket.send("later");
    const messages = await collect(socket, "message").take(3);
    expect(messages.map(({ args }) => (typeof args[0] === "string" ? args[0] : "blob"))).toEqual([
      "blob",
      "behind",
      "later",
    ]);
  });

  it("passes headers, credentials and timeout to XMLHttpRequest", () => {
    const opts = {
      transports: ["polling"],
      extraHeaders: { "x-a": "b" },
      withCredentials: true,
      requestTimeout: 1234,
    };
    closing(new Socket("http://127.0.0.1:1", opts)).on("error", () => {});
    expect(FakeXHR.last).toMatchObject({ headers: { "x-a": "b" }, withCredentials: true, timeout: 1234 });
  });

  it.each([
    ["no answer", 0, (url: string) => url.replace(/:\d+$/, ":1")],
    ["a refusal", 404, (url: string) => url],
  ])("reports %s", async (_, status, where) => {
    const { url } = closing(await listen(createServer((_req, res) => res.writeHead(404).end("not here"))));
    const socket = new Socket(where(url), { transports: ["polling"] });
    const [err] = await waitFor<[browser.TransportError]>(socket, "error");
    expect(err.message).toBe("xhr poll error");
    expect(err.description).toBe(status);
    expect(err.context).toMatchObject({ status });
  });

  it("reports a WebSocket that cannot be made", async () => {
    vi.stubGlobal("WebSocket", undefined);
    const [err] = await waitFor<[browser.TransportError]>(
      new Socket("http://127.0.0.1:1", { transports: ["websocket"] }),
      "error",
    );
    expect(err.message).toBe("websocket error");
    expect(err.description).toBeInstanceOf(TypeError);
  });
});

describe("WebTransport", () => {
  const handshake = JSON.stringify({ sid: "abc", upgrades: [], pingInterval: 1000, pingTimeout: 1000 });
  const connect = (opts: browser.SocketOptions = {}) => {
    const socket = closing(new Socket("https://h:1", { transports: ["webtransport"], ...opts }));
    return { socket, session: FakeWebTransport.last };
  };

  it("opens, carries packets both ways and closes", async () => {
    const { socket, session } = connect({
      transportOptions: { webtransport: { congestionControl: "low-latency" } },
    });
    expect(session.url).toMatch(/^https:\/\/h:1\/engine\.io\//);
    expect(session.options).toEqual({ congestionControl: "low-latency" });
    expect((await session.received.read()).value).toEqual({ type: "open" });
    const opened = waitFor(socket, "open");
    void session.sender.write({ type: "open", data: handshake });
    await opened;

    socket.send("up").send(new Uint8Array([1, 2]));
    expect((await session.received.read()).value).toMatchObject({ type: "message", data: "up" });
    expect((await session.received.read()).value?.data).toEqual(Buffer.from([1, 2]));

    const messages = collect(socket, "message");
    void session.sender.write({ type: "message", data: "down" });
    expect((await messages.next()).args).toEqual(["down"]);

    const closed = waitFor(socket, "close");
    session.end();
    expect(await closed).toEqual(["transport close", undefined]);
  });

  it("sends the query", () => {
    const { session } = connect({ query: { room: "red" } });
    const { searchParams } = new URL(session.url);
    expect(Object.fromEntries(searchParams)).toEqual({ room: "red", EIO: "4", transport: "webtransport" });
  });

  it("ends the stream before the session, so that what was sent arrives", async () => {
    const { socket, session } = connect();
    await session.received.read();
    const opened = waitFor(socket, "open");
    void session.sender.write({ type: "open", data: handshake });
    await opened;
    socket.send("last").close();
    expect((await session.received.read()).value).toMatchObject({ type: "message", data: "last" });
    expect((await session.received.read()).done).toBe(true);
    await session.closed;
  });

  it.each([
    ["says so", (session: FakeWebTransport) => session.sender.write({ type: "close" })],
    ["ends the stream", (session: FakeWebTransport) => session.sender.close()],
  ])("is closed when the server %s", async (_, end) => {
    const { socket, session } = connect();
    await session.received.read();
    const closed = waitFor<[string]>(socket, "close");
    void session.sender.write({ type: "open", data: handshake });
    void end(session);
    expect((await closed)[0]).toBe("transport close");
    await session.closed;
  });

  it.each([
    ["that the session fails", (session: FakeWebTransport) => session.end(new Error("lost"))],
    ["garbage", (session: FakeWebTransport) => session.sender.write({ type: "open", data: "{" })],
  ])("reports %s", async (_, harm) => {
    const { socket, session } = connect();
    await session.received.read();
    void harm(session);
    const [err] = await waitFor<[Error]>(socket, "error");
    expect(err.message).toMatch(/^(webtransport error|invalid handshake)$/);
    expect(socket.readyState).toBe("closed");
  });

  it("reports a session that cannot be made, or has no stream to give", async () => {
    vi.stubGlobal("WebTransport", undefined);
    const [err] = await waitFor<[Error]>(connect().socket, "error");
    expect(err.message).toBe("webtransport error");

    class WithoutStreams extends FakeWebTransport {
      override createBidirectionalStream(): Promise<object> {
        return Promise.reject(new Error("no stream"));
      }
    }
    vi.stubGlobal("WebTransport", WithoutStreams);
    expect((await waitFor(connect().socket, "close"))[0]).toBe("transport close");
  });

  it("is what an upgrade prefers, and joins the session by its id", async () => {
    const accepted = deferred<ServerSocket>();
    const { url } = closing(await start(attach, { onConnection: accepted.resolve }));
    class Offering extends Socket {
      protected override onHandshake(data: browser.HandshakeData): void {
        super.onHandshake({ ...data, upgrades: ["websocket", "webtransport"] });
      }
    }
    const socket = closing(new Offering(url, { transports: ["polling", "websocket", "webtransport"] }));
    const events = collect(socket, "upgrading", "upgrade", "upgradeError");
    await waitFor(socket, "open");
    const session = FakeWebTransport.last;
    expect((await session.received.read()).value).toEqual({
      type: "open",
      data: JSON.stringify({ sid: socket.id }),
    });
    expect((await session.received.read()).value).toEqual({ type: "ping", data: "probe" });
    void session.sender.write({ type: "pong", data: "probe" });
    await events.next();
    socket.send("after the switch");
    // The poll in flight is answered, and with it polling is at rest.
    (await accepted.promise).send("last by polling");
    await events.next();
    const names = events.all.map(({ event, args }) => `${event} ${(args[0] as browser.Transport).name}`);
    expect(names).toEqual(["upgrading webtransport", "upgrade webtransport"]);
    expect((await session.received.read()).value).toEqual({ type: "upgrade" });
    expect((await session.received.read()).value).toEqual({ type: "message", data: "after the switch" });
  });
});

describe("the page", () => {
  const page = () => {
    const target = new EventTarget();
    for (const name of ["addEventListener", "removeEventListener"] as const) {
      vi.stubGlobal(name, vi.fn(target[name].bind(target)));
    }
    return target;
  };

  it("going offline ends a connection, unless it is to this machine by name", async () => {
    const target = page();
    const { url, port } = closing(await start(attach));
    const socket = closing(new Socket(url));
    const local = closing(new Socket(`http://localhost:${port}`));
    await waitFor(socket, "open");
    const closed = collect(socket, "close");
    target.dispatchEvent(new Event("offline"));
    expect(closed.all).toEqual([
      { event: "close", args: ["transport close", { description: "network connection lost" }] },
    ]);
    expect(local.readyState).not.toBe("closed");
    expect(removeEventListener).toHaveBeenCalledTimes(2);
  });

  it("being left ends the transport without a word, when asked to", async () => {
    const target = page();
    const { url } = closing(await start(attach));
    const socket = closing(new Socket(url, { transports: ["websocket"], closeOnBeforeunload: true }));
    await waitFor(socket, "open");
    const events = collect(socket, "close", "error");
    target.dispatchEvent(new Event("beforeunload"));
    expect((socket.transport as unknown as { readyState: string }).readyState).toBe("closed");
    expect(events.size).toBe(0);
    socket.close();
    expect(vi.mocked(removeEventListener).mock.calls.map(([type]) => type)).toEqual([
      "pagehide",
      "offline",
      "beforeunload",
    ]);
  });

  it("says where to connect", async () => {
    const { port } = closing(await start(attach));
    vi.stubGlobal("location", { protocol: "http:", hostname: "127.0.0.1", port: `${port}` });
    await waitFor(closing(new Socket()), "open");
  });
});
