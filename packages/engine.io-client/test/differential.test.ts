import * as published from "published-engine.io-client";
import { waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import * as ours from "../src/index.js";
import { closing } from "./support/cleanup.js";
import { SERVERS, type ServerSocket, start } from "./support/servers.js";

const EVENTS = [
  ...["open", "handshake", "packet", "packetCreate", "data", "message", "drain", "flush", "heartbeat"],
  ...["ping", "pong", "error", "upgrading", "upgrade", "upgradeError", "close"],
];

type Client = InstanceType<typeof ours.Socket>;
type Implementation = new (uri: string, opts: object) => Client;

/** The events of a client, in order, with what tells them apart. */
function trace(socket: Client): string[] {
  const lines: string[] = [];
  for (const event of EVENTS) {
    socket.on(event as "message", (arg: unknown) => {
      const { type, name, message } = (arg ?? {}) as Record<string, string>;
      const detail =
        typeof arg === "string" ? arg : type === "TransportError" ? message : (type ?? name ?? "");
      lines.push(`${event} ${detail} [${socket.readyState}]`);
    });
  }
  return lines;
}

type Scenario = (socket: Client, server: () => ServerSocket) => Promise<unknown>;

const SCENARIOS: [string, object, Scenario][] = [
  [
    "polling: talks, then closes",
    { transports: ["polling"] },
    // One direction at a time: the answers to a GET and to a POST request race.
    async (socket, server) => {
      await waitFor(socket, "open");
      socket.send("not to be sent back");
      await waitFor(socket, "drain");
      server().send("a");
      await waitFor(socket, "message");
      socket.close();
    },
  ],
  [
    "websocket: talks, then closes",
    { transports: ["websocket"] },
    async (socket) => {
      await waitFor(socket, "open");
      socket.send("a");
      socket.send("b");
      await waitFor(socket, "message", { filter: (data) => data === "b" });
      socket.close();
    },
  ],
  [
    "websocket: the server closes",
    { transports: ["websocket"] },
    async (socket, server) => {
      await waitFor(socket, "open");
      server().close();
      await waitFor(socket, "close");
    },
  ],
  [
    "polling: the server closes",
    { transports: ["polling"] },
    async (socket, server) => {
      await waitFor(socket, "open");
      server().close();
      await waitFor(socket, "close");
    },
  ],
  [
    "websocket: heartbeat",
    { transports: ["websocket"] },
    async (socket) => {
      await waitFor(socket, "ping");
      await waitFor(socket, "drain");
      socket.close();
    },
  ],
  [
    "upgrades, then closes",
    { transports: ["polling", "websocket"] },
    async (socket) => {
      await waitFor(socket, "upgrade");
      await waitFor(socket, "drain");
      socket.close();
    },
  ],
  [
    "polling: a wrong path",
    { path: "/wrong", transports: ["polling"] },
    (socket) => waitFor(socket, "close"),
  ],
  [
    "websocket: a wrong path",
    { path: "/wrong", transports: ["websocket"] },
    (socket) => waitFor(socket, "close"),
  ],
  ["closes at once", {}, async (socket) => socket.close()],
  [
    "websocket: closes with something to send",
    { transports: ["websocket"] },
    async (socket) => {
      socket.send("a");
      socket.close();
      await waitFor(socket, "close");
    },
  ],
];

async function run(Socket: Implementation, opts: object, scenario: Scenario): Promise<string[]> {
  const accepted: ServerSocket[] = [];
  const server = closing(
    await start(SERVERS["published engine.io"] as (typeof SERVERS)[string], {
      options: { pingInterval: 300 },
      onConnection(it) {
        accepted.push(it);
        it.on("message", (data: string) => {
          if (data.length === 1) it.send(data);
        });
      },
    }),
  );
  server.http.on("request", (req, res) => {
    if (req.url?.startsWith("/wrong")) res.writeHead(404).end();
  });
  const socket = closing(new Socket(server.url, opts));
  const lines = trace(socket);
  await scenario(socket, () => accepted[0] as ServerSocket);
  return lines;
}

describe("events, beside those of the published client", () => {
  it.each(SCENARIOS)("%s", async (_, opts, scenario) => {
    const expected = await run(published.Socket as unknown as Implementation, opts, scenario);
    expect(expected.length).toBeGreaterThan(0);
    // A connection that closes when all is sent stays "closing" here, whatever happens before its end.
    const withoutReopening = expected.map((line, i) =>
      expected.slice(0, i).some((it) => it.endsWith("[closing]"))
        ? line.replace("[open]", "[closing]")
        : line,
    );
    expect(await run(ours.Socket as unknown as Implementation, opts, scenario)).toEqual(withoutReopening);
  });
});
