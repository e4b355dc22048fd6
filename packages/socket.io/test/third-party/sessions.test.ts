import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import express, { type Express, type RequestHandler } from "express";
import session from "express-session";
import { Passport } from "passport";
import type { Socket } from "published-socket.io";
import { httpRequest, type Listening, listen, openRawWebSocket, waitFor } from "testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ourClient, ourServer, type TestClient, type TestServer } from "../interop/implementations.js";

interface User {
  name: string;
}

type WithSession = IncomingMessage & {
  sessionID: string;
  session: session.Session & { count?: number };
  user?: User;
  _query: { sid?: string };
};

describe.each(["polling", "websocket"])("sessions over %s", (transport) => {
  let app: Express;
  let io: TestServer;
  let listening: Listening;
  let use: (middleware: RequestHandler) => void;
  const clients: TestClient[] = [];

  beforeEach(async () => {
    app = express();
    const httpServer = createServer(app);
    io = ourServer.create(httpServer, {});
    // The same middleware for the pages and for the connections.
    use = (middleware) => {
      app.use(middleware);
      io.engine.use(middleware);
    };
    use(session({ secret: "changeit", resave: false, saveUninitialized: true }) as RequestHandler);
    app.get("/visit", (request, response) => {
      const visitor = (request as unknown as WithSession).session;
      visitor.count = (visitor.count ?? 0) + 1;
      response.json(visitor.count);
    });
    listening = await listen(httpServer);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    // first, since Node waits for connections that are kept alive
    await listening.close();
    await io.close();
  });

  async function connect(
    extraHeaders: Record<string, string> = {},
  ): Promise<{ client: TestClient; socket: Socket }> {
    const accepted = waitFor<[Socket]>(io, "connection");
    const client = ourClient.connect(listening.url, {
      forceNew: true,
      transports: [transport],
      extraHeaders,
    });
    clients.push(client);
    await waitFor(client, "connect", { rejectOn: ["connect_error"] });
    return { client, socket: (await accepted)[0] };
  }

  const requestOf = (socket: Socket) => socket.request as unknown as WithSession;

  async function visit(path = "/visit", headers: Record<string, string> = {}): Promise<string> {
    const reply = await httpRequest(listening.url, path, { headers });
    expect(reply.status).toBe(200);
    return String(reply.headers["set-cookie"]).split(";")[0] as string;
  }

  /** The headers that a handshake is answered with. */
  async function handshakeHeaders(): Promise<string> {
    const target = `/socket.io/?EIO=4&transport=${transport}`;
    if (transport === "polling") return (await httpRequest(listening.url, target)).rawHeaders.join(": ");
    const { head, tcp } = await openRawWebSocket(listening.url, target);
    tcp.destroy();
    return head;
  }

  test("a connection has the session of the page, and may change it", async () => {
    const cookie = await visit();
    const { client, socket } = await connect({ cookie });
    const { session: visitor } = requestOf(socket);
    expect(visitor.count).toBe(1);
    socket.on("count", (callback: (count: number) => void) => {
      requestOf(socket).session.reload((error) => {
        expect(error).toBeFalsy();
        const { session: current } = requestOf(socket);
        current.count = (current.count ?? 0) + 1;
        current.save(() => callback(current.count as number));
      });
    });
    expect(await client.timeout(5000).emitWithAck("count")).toBe(2);
    const reply = await httpRequest(listening.url, "/visit", { headers: { cookie } });
    expect(String(reply.body)).toBe("3");
  });

  test("a visitor without a session gets one, and its cookie, with the handshake", async () => {
    const { socket } = await connect();
    const { sessionID } = requestOf(socket);
    expect(sessionID).toMatch(/^[\w-]{32}$/);
    const handshake = await handshakeHeaders();
    expect(handshake).toMatch(/set-cookie: connect\.sid=s%3A/i);
  });

  test("passport: the user of the login, and nobody else", async () => {
    const users = new Passport();
    users.serializeUser<string>((user, done) => done(null, (user as User).name));
    users.deserializeUser<string>((name, done) => done(null, { name }));
    use(users.session() as RequestHandler);
    app.get("/login", (request, response) => {
      request.login({ name: "alice" }, () => response.end());
    });
    io.engine.use((request: WithSession, response: ServerResponse, next: () => void) => {
      if (request.user) return next();
      response.writeHead(401);
      response.end();
    });
    const cookie = await visit("/login");
    const { socket } = await connect({ cookie });
    expect(requestOf(socket).user).toEqual({ name: "alice" });
    await expect(connect()).rejects.toThrow();
  });

  test("only the handshake goes through a middleware that says so", async () => {
    const seen: string[] = [];
    io.engine.use((request: WithSession, _response: unknown, next: () => void) => {
      seen.push(request._query.sid === undefined ? "handshake" : "later");
      next();
    });
    const { client, socket } = await connect();
    socket.on("?", (callback: () => void) => callback());
    await client.timeout(5000).emitWithAck("?");
    expect(seen[0]).toBe("handshake");
    expect(seen.filter((what) => what === "handshake")).toHaveLength(1);
    expect(seen.includes("later")).toBe(transport === "polling");
  });

  test("the rooms of a session are disconnected with it", async () => {
    const cookie = await visit();
    const [{ client: a, socket }, { client: b }] = [await connect({ cookie }), await connect({ cookie })];
    for (const one of io.sockets.sockets.values()) one.join(requestOf(one).sessionID);
    const left = [a, b].map((client) => waitFor(client, "disconnect"));
    io.in(requestOf(socket).sessionID).disconnectSockets();
    expect((await Promise.all(left)).map(([reason]) => reason)).toEqual([
      "io server disconnect",
      "io server disconnect",
    ]);
  });
});
