import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { io, type Socket } from "socket.io-client";
import { waitFor } from "testkit";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const script = fileURLToPath(new URL("support/servers.cjs", import.meta.url));

if (!existsSync(fileURLToPath(new URL("../dist/index.cjs", import.meta.url)))) {
  throw new Error(
    "the package is not built: run `npm test` at the root, which builds first (or `npm run build`)",
  );
}

describe.each([
  ["in workers", "workers", ["ours", "ours", "ours"]],
  ["in threads", "threads", ["ours", "ours", "ours"]],
  ["beside a published one", "workers", ["ours", "published", "ours"]],
  ["under a published primary", "published-primary", ["ours", "published", "ours"]],
])("servers %s", (_name, how, kinds) => {
  let primary: ChildProcess;
  let clients: Socket[];

  beforeAll(async () => {
    primary = fork(script, [how, ...kinds], { execArgv: [] });
    const ports: number[] = [];
    while (Object.keys(ports).length < kinds.length) {
      const [{ index, port }] = await waitFor<[{ index: number; port: number }]>(primary, "message", {
        rejectOn: ["exit"],
        timeout: 25_000,
      });
      ports[index] = port;
    }
    clients = ports.map((port) => io(`http://127.0.0.1:${port}`, { transports: ["websocket"] }));
    await Promise.all(clients.map((client) => client.connected || waitFor(client, "connect")));
    for (const client of clients) {
      client.on("?", (callback) => callback(client.id));
      await vi.waitUntil(async () => (await client.emitWithAck("count")) === kinds.length, {
        timeout: 15_000,
      });
    }
  }, 60_000);
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    const exit = once(primary, "exit");
    primary.disconnect();
    await exit;
  });

  type Steps = [name: string, ...args: unknown[]][];
  const run = (index: number, ...steps: Steps) =>
    (clients[index] as Socket).timeout(10_000).emitWithAck("do", steps);
  const ids = () => clients.map(({ id }) => id).sort();
  const all = (event: string) => Promise.all(clients.map((client) => waitFor(client, event)));

  test("reach all clients, with text and bytes", async () => {
    for (const index of kinds.keys()) {
      const got = all("event");
      await run(index, ["emit", "event", "wörld", { nested: [Buffer.from([1, 2])] }]);
      for (const args of await got) expect(args).toEqual(["wörld", { nested: [Buffer.from([1, 2])] }]);
    }
  });

  test("get the acknowledgements of all clients, and find them", async () => {
    for (const index of kinds.keys()) {
      expect((await run(index, ["timeout", 5000], ["emitWithAck", "?"])).sort()).toEqual(ids());
      expect((await run(index, ["fetchSockets"])).sort()).toEqual(ids());
    }
  });

  test("hear one another", async () => {
    const heard = Promise.all([1, 2].map((index) => waitFor(clients[index] as Socket, "heard")));
    await run(0, ["serverSideEmit", "hello", "world"]);
    expect(await heard).toEqual([["world"], ["world"]]);
    expect((await run(0, ["serverSideEmitWithAck", "?"])).sort()).toEqual(kinds.slice(1).sort());
  });

  test("move the clients of one another", async () => {
    const [, far, third] = clients as [Socket, Socket, Socket];
    await run(0, ["in", far.id], ["socketsJoin", "club"]);
    expect(await run(2, ["in", "club"], ["fetchSockets"])).toEqual([far.id]);
    await run(2, ["in", far.id], ["socketsLeave", "club"]);
    expect(await run(0, ["in", "club"], ["fetchSockets"])).toEqual([]);
    const gone = waitFor<[string]>(third, "disconnect");
    await run(0, ["in", third.id], ["disconnectSockets"]);
    expect((await gone)[0]).toBe("io server disconnect");
    third.connect();
    await waitFor(third, "connect");
  });

  // The published package has no emitter.
  if (how === "published-primary") return;
  test("take what a process without a server emits", async () => {
    const got = all("from outside");
    primary.send({ emit: ["from outside", 1] });
    expect(await got).toEqual([[1], [1], [1]]);
  });
});

test("a worker that is killed costs the others no time", async () => {
  const primary = fork(script, ["workers", "ours", "ours", "ours"], { execArgv: [] });
  const ports: number[] = [];
  while (Object.keys(ports).length < 3) {
    const [{ index, port }] = await waitFor<[{ index: number; port: number }]>(primary, "message", {
      timeout: 25_000,
    });
    ports[index] = port;
  }
  const clients = ports.map((port) => io(`http://127.0.0.1:${port}`, { transports: ["websocket"] }));
  try {
    const [near, far, dead] = clients as [Socket, Socket, Socket];
    await Promise.all(clients.map((client) => client.connected || waitFor(client, "connect")));
    await vi.waitUntil(async () => (await near.emitWithAck("count")) === 3, { timeout: 15_000 });
    for (const client of [near, far]) client.on("?", (callback) => callback(client.id));
    // The client of the third does not acknowledge; its worker is killed while that is awaited.
    const asked = waitFor(dead, "?");
    const answers = near.emitWithAck("do", [
      ["timeout", 60_000],
      ["emitWithAck", "?"],
    ]);
    await asked;
    const gone = waitFor<[{ gone: number }]>(primary, "message", { filter: ({ gone }) => gone === 2 });
    primary.send({ kill: 2 });
    await gone;
    expect((await answers).sort()).toEqual([near.id, far.id].sort());
    expect(await near.emitWithAck("count")).toBe(2);
    expect(await near.emitWithAck("do", [["fetchSockets"]])).toHaveLength(2);
  } finally {
    for (const client of clients) client.disconnect();
    const exit = once(primary, "exit");
    primary.disconnect();
    await exit;
  }
}, 60_000);
