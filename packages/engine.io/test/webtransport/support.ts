import { waitFor } from "testkit";
import { expect } from "vitest";
import type { ServerOptions } from "../../src/index.js";
import { type ServerSocket, startEngine } from "../support.js";
import { FakeSession } from "./fake-session.js";

/** A running engine with all transports. */
export const start = (options: ServerOptions = {}) =>
  startEngine({ transports: ["polling", "websocket", "webtransport"], ...options });

type Engine = Awaited<ReturnType<typeof start>>["engine"];

/** A connected session: the client's side and the server's. */
export async function connect(engine: Engine, session = new FakeSession()) {
  const connected = waitFor<[ServerSocket]>(engine, "connection");
  engine.onWebTransportSession(session);
  const stream = session.start();
  const [socket] = await connected;
  const { type, data } = await stream.packets.next();
  expect(type).toBe("open");
  const closes: unknown[][] = [];
  socket.on("close", (...args) => closes.push(args));
  return { session, stream, socket, handshake: JSON.parse(data as string), closes };
}

/** A session whose client reads nothing yet. */
export async function connectSilently(engine: Engine) {
  const connected = waitFor<[ServerSocket]>(engine, "connection");
  const session = new FakeSession();
  engine.onWebTransportSession(session);
  const stream = session.open();
  await stream.text("0");
  const [socket] = await connected;
  return { session, stream, socket };
}

export const closed = (socket: ServerSocket) => waitFor<[string, unknown]>(socket, "close");
