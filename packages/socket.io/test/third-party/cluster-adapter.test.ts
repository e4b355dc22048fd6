import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { collect, waitFor } from "testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { ourClient, type TestClient } from "../interop/implementations.js";
import { requireBuilt } from "../support/built.js";

const script = fileURLToPath(new URL("support/cluster-server.cjs", import.meta.url));

type Steps = [name: string, ...args: unknown[]][];

describe.each([
  ["over our base class", "ours/ours", "ours/ours"],
  ["over its own base class", "ours/published", "ours/published"],
  ["beside a published server", "ours/ours", "published/published"],
])("@socket.io/cluster-adapter and @socket.io/sticky, %s", (_name, ...runs) => {
  let primary: ChildProcess;
  let url: string;
  beforeAll(async () => {
    requireBuilt("index.cjs");
    primary = fork(script, runs, { execArgv: [] });
    const [{ port }] = await waitFor<[{ port: number }]>(primary, "message", {
      rejectOn: ["exit"],
      timeout: 25_000,
    });
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(async () => {
    const exit = once(primary, "exit");
    primary.kill();
    await exit;
  });

  const clients: TestClient[] = [];
  let near: TestClient;
  let far: TestClient;
  beforeEach(async () => {
    // One client for each worker. The balancing is round-robin, and requests of the test before may still come in between.
    near = await connect();
    const { worker } = await socket(near, ["data"]);
    do {
      far?.disconnect();
      far = await connect();
    } while ((await socket(far, ["data"])).worker === worker);
    await vi.waitUntil(async () => (await io(near, ["fetchSockets"])).length === 2, { timeout: 20_000 });
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });

  function open(options: object): TestClient {
    const client = ourClient.connect(url, { forceNew: true, ...options });
    clients.push(client);
    return client;
  }

  async function connect(): Promise<TestClient> {
    const client = open({ transports: ["polling"] });
    client.on("?", (callback) => callback(client.id));
    await waitFor(client, "connect", { rejectOn: ["connect_error"] });
    return client;
  }

  /** Has the client's worker go through the steps, and gives what the last gave. */
  const io = (at: TestClient, ...steps: Steps) => at.timeout(5000).emitWithAck("do", "io", steps);
  const socket = (at: TestClient, ...steps: Steps) => at.timeout(5000).emitWithAck("do", "socket", steps);

  test("clients keep to their worker", async () => {
    const sockets: { id: string; data: { worker: number } }[] = await io(near, ["fetchSockets"]);
    expect(sockets.map(({ id }) => id).sort()).toEqual([near.id, far.id].sort());
    expect(new Set(sockets.map(({ data }) => data.worker))).toEqual(new Set([1, 2]));
  });

  test("clients keep to their worker through an upgrade", async () => {
    // The primary may take what a client sends while it hands the connection over, and the upgrade stalls: one of some gets through.
    const upgrades = Array.from({ length: 4 }, async () => {
      const client = open({ transports: ["polling", "websocket"] });
      await waitFor(client.io, "open");
      await waitFor(client.io.engine, "upgrade");
      expect(await io(client, ["in", client.id], ["fetchSockets"])).toHaveLength(1);
    });
    await Promise.any(upgrades);
  });

  test("broadcasts, text and bytes", async () => {
    const got = [near, far].map((client) => waitFor(client, "event"));
    await io(far, ["emit", "event", "wörld", { nested: [Buffer.from([1, 2])] }]);
    for (const args of await Promise.all(got)) {
      expect(args).toEqual(["wörld", { nested: [Buffer.from([1, 2])] }]);
    }
  });

  test("rooms, exceptions and local", async () => {
    const [atNear, atFar] = [collect(near, "event"), collect(far, "event")];
    await socket(near, ["join", "room"]);
    await socket(far, ["join", ["room", "quiet"]]);
    await io(far, ["to", "room"], ["except", "quiet"], ["emit", "event", 1]);
    await io(far, ["local"], ["emit", "event", 2]);
    await io(far, ["in", near.id], ["emit", "event", 3]);
    await socket(near, ["broadcast"], ["emit", "event", 4]);
    await io(far, ["emit", "event", 5]);
    expect((await atNear.take(3)).map(({ args }) => args[0])).toEqual([1, 3, 5]);
    const values = (await atFar.take(3)).map(({ args }) => args[0] as number);
    expect(values.sort()).toEqual([2, 4, 5]);
  });

  test("acknowledgements of every client", async () => {
    const answers: string[] = await io(near, ["timeout", 5000], ["emitWithAck", "?"]);
    expect(answers.sort()).toEqual([near.id, far.id].sort());
  });

  test("socketsJoin, socketsLeave and disconnectSockets", async () => {
    await io(far, ["in", near.id], ["socketsJoin", "club"]);
    expect(await io(far, ["in", "club"], ["fetchSockets"])).toEqual([
      { id: near.id, data: { worker: expect.any(Number) } },
    ]);
    await io(far, ["in", near.id], ["socketsLeave", "club"]);
    expect(await io(far, ["in", "club"], ["fetchSockets"])).toEqual([]);
    const left = waitFor(near, "disconnect");
    const heard = waitFor(far, "heard");
    await io(far, ["in", near.id], ["disconnectSockets"]);
    expect((await left)[0]).toBe("io server disconnect");
    expect(await heard).toEqual(["left", "server namespace disconnect"]);
  });

  test("serverSideEmit reaches the other worker, and its answer comes back", async () => {
    const heard = waitFor(far, "heard");
    await io(near, ["serverSideEmit", "hello", "world"]);
    expect(await heard).toEqual(["world"]);
    const [answers, others] = [
      await io(near, ["serverSideEmitWithAck", "?"]),
      await io(far, ["serverSideEmitWithAck", "?"]),
    ];
    expect([...answers, ...others].sort()).toEqual([1, 2]);
  });
});
