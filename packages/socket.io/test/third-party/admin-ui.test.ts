import { instrument } from "@socket.io/admin-ui";
import type { Socket } from "published-socket.io";
import { collect, waitFor } from "testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ourClient, ourServer, type TestClient } from "../interop/implementations.js";
import { Node } from "./support/node.js";

const PASSWORD = "opensesame";
// bcrypt of the above, at its lowest cost
const PASSWORD_HASH = "$2a$04$Le4vqWzxnSllsk7lPqu3P.djTVRDyDgcaJ/eGcVc4jamRj3R/WWFK";

describe("@socket.io/admin-ui", () => {
  let node: Node;
  let panels: TestClient[];
  beforeEach(async () => {
    panels = [];
    node = await new Node(ourServer, {}).listen();
  });
  afterEach(async () => {
    for (const panel of panels) panel.disconnect();
    await node.close();
  });

  function openPanel(auth: object = {}): TestClient {
    const panel = ourClient.connect(`${node.url}/admin`, { forceNew: true, transports: ["websocket"], auth });
    panels.push(panel);
    return panel;
  }

  /** A panel, and a server whose clients it is told of. */
  async function start(): Promise<TestClient> {
    instrument(node.io, { auth: false, mode: "development" });
    const panel = openPanel();
    await waitFor(panel, "all_sockets");
    return panel;
  }

  test("says what it can do, and who is there", async () => {
    instrument(node.io, { auth: false, mode: "development", serverId: "one" });
    const { client, socket } = await node.connect();
    const panel = openPanel();
    const [[config], [all], [stats]] = (await Promise.all(
      ["config", "all_sockets", "server_stats"].map((event) => waitFor(panel, event)),
    )) as [[object], [object[]], [object]];
    expect(config).toEqual({
      supportedFeatures: [
        "EMIT",
        "JOIN",
        "LEAVE",
        "DISCONNECT",
        "MJOIN",
        "MLEAVE",
        "MDISCONNECT",
        "AGGREGATED_EVENTS",
        "ALL_EVENTS",
      ],
    });
    const { auth: _, ...handshake } = socket.handshake;
    expect(all).toContainEqual({
      id: client.id,
      // it shows the beginning alone
      clientId: (socket.client as unknown as { id: string }).id.slice(0, 12),
      transport: "websocket",
      nsp: "/",
      data: {},
      handshake: JSON.parse(JSON.stringify(handshake)),
      rooms: [client.id],
    });
    expect(stats).toMatchObject({
      serverId: "one",
      clientsCount: 2,
      pollingClientsCount: 0,
      namespaces: [
        { name: "/", socketsCount: 1 },
        { name: "/admin", socketsCount: 1 },
      ],
    });
  });

  test("tells of sockets that come, change and go", async () => {
    const panel = await start();
    const told = collect(panel, "socket_connected", "socket_updated", "socket_disconnected");
    const client = ourClient.connect(node.url, { forceNew: true, transports: ["polling", "websocket"] });
    const [socket] = await waitFor<[Socket]>(node.io, "connection");
    expect(await told.next()).toMatchObject({
      event: "socket_connected",
      args: [{ id: socket.id, nsp: "/", transport: "polling" }, expect.any(String)],
    });
    expect(await told.next()).toEqual({
      event: "socket_updated",
      args: [{ id: socket.id, nsp: "/", transport: "websocket" }],
    });
    socket.data.user = "alice";
    expect(await told.next()).toEqual({
      event: "socket_updated",
      args: [{ id: socket.id, nsp: "/", data: { user: "alice" } }],
    });
    client.disconnect();
    expect(await told.next()).toEqual({
      event: "socket_disconnected",
      args: ["/", socket.id, "client namespace disconnect", expect.any(String)],
    });
  });

  test("tells of rooms and events, in every namespace there will be", async () => {
    const panel = await start();
    const told = collect(panel, "room_joined", "room_left", "event_received", "event_sent");
    const { client, socket } = await node.connect("/later");
    const when = expect.any(String);
    socket.on("in", () => socket.emit("out", 2));
    const { id } = socket;
    expect(await told.next()).toEqual({ event: "room_joined", args: ["/later", id, id, when] });
    socket.join("room");
    expect(await told.next()).toEqual({ event: "room_joined", args: ["/later", "room", id, when] });
    socket.leave("room");
    expect(await told.next()).toEqual({ event: "room_left", args: ["/later", "room", id, when] });
    client.emit("in", 1);
    expect(await told.next()).toEqual({ event: "event_received", args: ["/later", id, ["in", 1], when] });
    expect(await told.next()).toEqual({ event: "event_sent", args: ["/later", id, ["out", 2], when] });
    node.io.of("/later").emit("all", 3);
    expect(await told.next()).toEqual({ event: "event_sent", args: ["/later", id, ["all", 3], when] });
  });

  test("emits, lets join and leave, and disconnects", async () => {
    const panel = await start();
    const { client, socket } = await node.connect();
    const { client: other, socket: otherSocket } = await node.connect();
    const [atClient, atOther] = [collect(client, "hello"), collect(other, "hello")];
    panel.emit("emit", "/", client.id, "hello", 1);
    panel.emit("emit", "/", undefined, "hello", 2);
    expect((await atClient.take(2)).map(({ args }) => args)).toEqual([[1], [2]]);
    expect((await atOther.next()).args).toEqual([2]);

    const rooms = collect(node.io.of("/").adapter, "join-room", "leave-room");
    panel.emit("join", "/", "one", client.id);
    expect(await rooms.next()).toEqual({ event: "join-room", args: ["one", socket.id] });
    panel.emit("join", "/", "all");
    expect((await rooms.take(2)).map(({ args }) => args)).toEqual([
      ["all", socket.id],
      ["all", otherSocket.id],
    ]);
    panel.emit("leave", "/", "one", client.id);
    expect(await rooms.next()).toEqual({ event: "leave-room", args: ["one", socket.id] });
    panel.emit("leave", "/", "all");
    expect((await rooms.take(2)).map(({ event }) => event)).toEqual(["leave-room", "leave-room"]);

    const left = waitFor(client, "disconnect");
    panel.emit("_disconnect", "/", false, client.id);
    expect((await left)[0]).toBe("io server disconnect");
    const otherLeft = waitFor(otherSocket, "disconnect");
    panel.emit("_disconnect", "/", true);
    expect((await otherLeft)[0]).toBe("server namespace disconnect");
  });

  test("in production tells of numbers alone", async () => {
    instrument(node.io, { auth: false, mode: "production" });
    const { client, socket } = await node.connect();
    socket.on("count", (callback) => callback());
    await client.timeout(5000).emitWithAck("count");
    const panel = openPanel();
    const [[config], [stats]] = (await Promise.all([
      waitFor(panel, "config"),
      waitFor(panel, "server_stats"),
    ])) as [[{ supportedFeatures: string[] }], [{ aggregatedEvents: { type: string; count: number }[] }]];
    expect(config.supportedFeatures).toContain("AGGREGATED_EVENTS");
    const counts = new Map(stats.aggregatedEvents.map(({ type, count }) => [type, count]));
    expect(counts.get("rawConnection")).toBeGreaterThanOrEqual(1);
    for (const type of ["packetsIn", "packetsOut", "bytesIn", "bytesOut"]) {
      expect(counts.get(type), type).toBeGreaterThan(0);
    }
  });

  test("asks for a password, then knows the session", async () => {
    instrument(node.io, { auth: { type: "basic", username: "admin", password: PASSWORD_HASH } });
    const [refusal] = await waitFor<[Error]>(
      openPanel({ username: "admin", password: "guess" }),
      "connect_error",
    );
    expect(refusal.message).toBe("invalid credentials");
    const [sessionId] = await waitFor<[string]>(
      openPanel({ username: "admin", password: PASSWORD }),
      "session",
      { rejectOn: ["connect_error"] },
    );
    await waitFor(openPanel({ sessionId }), "connect", { rejectOn: ["connect_error"] });
  });
});
