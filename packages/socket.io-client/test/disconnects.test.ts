import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Socket as EngineSocket } from "published-engine.io";
import { type DisconnectReason, type Socket as Peer, Server, type ServerOptions } from "socket.io-server";
import {
  type FaultProxy,
  listen,
  openSocketIo,
  openWebSocket,
  type SocketIoWire,
  startFaultProxy,
  waitFor,
} from "testkit";
import { describe, expect, it } from "vitest";
import { io, type Socket } from "../src/index.js";
import { scripted } from "./support/scripted.js";
import { type ClientOptions, onEnd } from "./support/start.js";

interface Scene {
  server: Server;
  url: string;
  proxy: FaultProxy;
}

async function setUp(options: Partial<ServerOptions> = {}): Promise<Scene> {
  const http = createServer((_, response) => response.writeHead(404).end());
  const server = new Server(http, options);
  const { url, close } = await listen(http);
  const proxy = await startFaultProxy({ target: url });
  onEnd(async () => {
    await proxy.close();
    await Promise.all([server.close(), close()]);
  });
  return { server, url, proxy };
}

function client(url: string, options: ClientOptions = {}): Socket {
  const socket = io(url, {
    forceNew: true,
    reconnectionDelay: 60_000,
    reconnectionDelayMax: 60_000,
    ...options,
  });
  onEnd(() => socket.disconnect());
  return socket;
}

/** By the text of the table: what brings it about, and whether a reconnection follows. */
interface InClient {
  reconnects: boolean;
  options?: Partial<ServerOptions>;
  client?: ClientOptions;
  cause(parts: { peer: Peer; socket: Socket; proxy: FaultProxy }): unknown;
}

const IN_CLIENT: Record<Socket.DisconnectReason | "forced close", InClient> = {
  "io server disconnect": { reconnects: false, cause: ({ peer }) => peer.disconnect() },
  "io client disconnect": { reconnects: false, cause: ({ socket }) => socket.disconnect() },
  "ping timeout": {
    reconnects: true,
    options: { pingInterval: 100, pingTimeout: 200 },
    cause: ({ proxy }) => proxy.stall("toClient"),
  },
  "transport close": { reconnects: true, cause: ({ peer }) => peer.conn.close() },
  "transport error": {
    reconnects: true,
    client: { transports: ["polling"] },
    cause: ({ proxy }) => proxy.reset(),
  },
  "parse error": { reconnects: true, cause: ({ peer }) => peer.conn.write('9["of no packet type"]') },
  "forced close": { reconnects: true, cause: ({ socket }) => socket.io.engine.close() },
};

interface InServer {
  options?: Partial<ServerOptions>;
  cause(parts: { server: Server; peer: Peer; wire: SocketIoWire }): unknown;
  /** Whether the client answers pings. */
  deaf?: boolean;
  kept: boolean;
}

const IN_SERVER: Record<Exclude<DisconnectReason, "forced server close">, InServer> = {
  "transport close": { kept: true, cause: ({ wire }) => wire.close() },
  "transport error": { kept: true, cause: ({ wire }) => wire.wire.send("2") },
  "ping timeout": { kept: true, deaf: true, options: { pingInterval: 50, pingTimeout: 50 }, cause: () => {} },
  "forced close": { kept: true, cause: ({ peer }) => void peer.conn.close() },
  "server shutting down": { kept: true, cause: ({ server }) => server.close() },
  "parse error": { kept: false, cause: ({ wire }) => wire.send('9["of no packet type"]') },
  "client namespace disconnect": { kept: false, cause: ({ wire }) => wire.send("1") },
  "server namespace disconnect": { kept: false, cause: ({ peer }) => peer.disconnect() },
};

interface Refused {
  message: string;
  again: boolean;
  /** What `socket.active` is, where it does not tell that. */
  active?: boolean;
  cause(): Promise<Attempt>;
}

interface Attempt {
  socket: Socket;
  refused: Promise<[Error]>;
}

/** Listens before anything can have happened. */
function attempt(url: string, options?: ClientOptions): Attempt {
  const socket = client(url, options);
  return { socket, refused: waitFor<[Error]>(socket, "connect_error") };
}

const REFUSED: Record<string, Refused[]> = {
  ERR_CONNECT_REFUSED: [
    {
      message: "Invalid namespace",
      again: false,
      cause: async () => attempt(`${(await setUp()).url}/missing`),
    },
    {
      message: "not you",
      again: false,
      async cause() {
        const { server, url } = await setUp();
        server.use((_peer, next) => next(new Error("not you")));
        return attempt(url);
      },
    },
  ],
  ERR_TRANSPORT: [
    {
      message: "xhr poll error",
      again: true,
      cause: async () => attempt((await setUp()).url, { path: "/wrong", transports: ["polling"] }),
    },
    {
      message: "websocket error",
      again: true,
      cause: async () => attempt((await setUp()).url, { path: "/wrong", transports: ["websocket"] }),
    },
  ],
  ERR_CONNECT_TIMEOUT: [
    {
      message: "timeout",
      again: true,
      cause: async () => attempt((await setUp({ allowRequest: () => {} })).url, { timeout: 50 }),
    },
  ],
  ERR_INVALID_HANDSHAKE: [
    {
      message: "invalid handshake",
      again: true,
      async cause() {
        const { url, close } = await listen(createServer((_, response) => response.end("0{}")));
        onEnd(close);
        return attempt(url, { transports: ["polling"] });
      },
    },
  ],
  ERR_PROTOCOL_MISMATCH: [
    {
      message: "no session id from the server: is it older than Socket.IO 3?",
      again: false,
      active: true,
      cause: async () => attempt((await scripted((connection: EngineSocket) => connection.send("0"))).url),
    },
  ],
  ERR_NO_TRANSPORTS: [
    {
      message: "No transports available",
      again: true,
      cause: async () => attempt((await setUp()).url, { transports: ["pigeon"] }),
    },
  ],
};

describe("the client is disconnected by", () => {
  it.each(Object.entries(IN_CLIENT))("%s", async (reason, { reconnects, options, cause, ...given }) => {
    const { server, proxy } = await setUp(options);
    const connection = waitFor<[Peer]>(server, "connection");
    const socket = client(proxy.url, given.client);
    await waitFor(socket, "connect");
    const [peer] = await connection;
    const lost = waitFor(socket, "disconnect");
    cause({ peer, socket, proxy });
    expect((await lost)[0]).toBe(reason);
    expect(socket.active).toBe(reconnects);
  });
});

describe("the server's socket is disconnected by", () => {
  it.each(Object.entries(IN_SERVER))("%s", async (reason, { options, cause, deaf, kept }) => {
    const { server, url } = await setUp({ ...options, connectionStateRecovery: {} });
    const connection = waitFor<[Peer]>(server, "connection");
    const wire = deaf ? await deafClient(url) : await openSocketIo(url);
    const [peer] = await connection;
    const persisted = collectSessions(server);
    const lost = waitFor(peer, "disconnect");
    cause({ server, peer, wire });
    expect((await lost)[0]).toBe(reason);
    expect(persisted).toEqual(kept ? [peer.id] : []);
    wire.close();
  });
});

describe("a connection is refused with", () => {
  const cases = Object.entries(REFUSED).flatMap(([code, list]) => list.map((one) => ({ code, ...one })));
  it.each(cases)("$code: $message", async ({ code, message, again, active = again, cause }) => {
    const { socket, refused } = await cause();
    const [error] = await refused;
    expect(error).toMatchObject({ code, message });
    expect(socket.active).toBe(active);
  });
});

describe("docs/disconnects.md", () => {
  const [, inClient = "", inServer = "", refused = ""] = readFileSync(
    new URL("../../../docs/disconnects.md", import.meta.url),
    "utf8",
  ).split(/^## /m);

  it("lists every reason and code, and what follows", () => {
    expect(table(inClient)).toEqual(
      Object.entries(IN_CLIENT).map(([reason, { reconnects }]) => [reason, yes(reconnects)]),
    );
    expect(table(inServer).sort()).toEqual(
      Object.entries(IN_SERVER)
        .map(([reason, { kept }]) => [reason, yes(kept)])
        .sort(),
    );
    expect(table(refused, 3)).toEqual(
      Object.entries(REFUSED).map(([code, [first]]) => [code, yes(first?.again === true)]),
    );
  });
});

/** The first cell of each row of the section's table, and the one that says yes or no. */
function table(section: string, answer = 2): string[][] {
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `") && !line.startsWith("| `error.code`"))
    .map((line) => line.slice(2).split(" | "))
    .map((cells) => [cells[0]?.replaceAll("`", "") ?? "", cells[answer] ?? ""]);
}

function yes(is: boolean): string {
  return is ? "yes" : "no";
}

/** The ids of the sockets whose session the adapter is asked to keep. */
function collectSessions(server: Server): string[] {
  const kept: string[] = [];
  const { adapter } = server.of("/");
  const persist = adapter.persistSession.bind(adapter);
  adapter.persistSession = (session) => {
    kept.push(session.sid);
    persist(session);
  };
  return kept;
}

async function deafClient(url: string): Promise<SocketIoWire> {
  const wire = await openWebSocket(url);
  await wire.text();
  wire.send("40");
  return { wire, close: () => wire.close() } as SocketIoWire;
}
