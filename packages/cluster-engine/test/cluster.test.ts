import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import { fileURLToPath } from "node:url";
import { io as publishedIo } from "published-socket.io-client";
import { io } from "socket.io-client";
import { httpRequest, openPolling, openRawWebSocket, waitFor, within } from "testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

const script = fileURLToPath(new URL("support/cluster-server.cjs", import.meta.url));
const WORKERS = 4;
const UNKNOWN = { status: 400, text: '{"code":1,"message":"Session ID unknown"}' };

type Client = ReturnType<typeof publishedIo>;
interface Answer {
  worker: number;
  pid: number;
  answer: { node: string; clients: number; foreign: number };
}

let primary: ChildProcess;
let url: string;
beforeAll(async () => {
  primary = fork(script, { execArgv: [] });
  const [{ ready }] = await waitFor<[{ ready?: number }]>(primary, "message", {
    filter: (message) => message.ready !== undefined,
    rejectOn: ["exit"],
    timeout: 25_000,
  });
  url = `http://127.0.0.1:${ready}`;
});
afterAll(async () => {
  const exit = once(primary, "exit");
  primary.disconnect();
  await exit;
});

/** What each of the workers answers. */
async function workers(): Promise<Answer[]> {
  const ask = Math.random();
  const answers: Answer[] = [];
  const all = new Promise<void>((resolve) => {
    primary.on("message", function onMessage(message: Answer & { answer?: { ask: number } }) {
      if (message.answer?.ask === ask && answers.push(message) === WORKERS) {
        primary.off("message", onMessage);
        resolve();
      }
    });
  });
  primary.send({ ask });
  await within(all, "the answers of all workers", 30_000);
  return answers;
}

const sum = (answers: Answer[], of: "clients" | "foreign") =>
  answers.reduce((total, { answer }) => total + answer[of], 0);
const nobodyLeft = () => vi.waitUntil(async () => sum(await workers(), "clients") === 0, { timeout: 30_000 });

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  await nobodyLeft();
});

const IMPLEMENTATIONS = { published: publishedIo, ours: io as unknown as typeof publishedIo };

async function connect(
  name: keyof typeof IMPLEMENTATIONS,
  transports: string[],
  count: number,
): Promise<Client[]> {
  const all = Array.from({ length: count }, () => {
    // A new connection for each request, so that each goes to another worker.
    const agent = new Agent({ keepAlive: false }) as never;
    const client = IMPLEMENTATIONS[name](url, { transports, forceNew: true, agent, reconnectionDelay: 50 });
    clients.push(client);
    return client;
  });
  await Promise.all(all.map((client) => waitFor(client, "connect", { rejectOn: ["connect_error"] })));
  return all;
}

/**
 * The answer to an event. A session may still be about to end, with the request that the killed worker relayed for it, and takes along
 * what is sent over it: then it is sent again, over the next one.
 */
async function echoOnceAlive(client: Client): Promise<unknown> {
  for (;;) {
    if (!client.connected) await waitFor(client, "connect", { timeout: 60_000 });
    const lost = waitFor(client, "disconnect", { timeout: 60_000 }).then(() => undefined);
    // Both clients may refuse to wait any longer when the connection ends.
    const answer = await Promise.race([client.emitWithAck("echo", "alive").catch(() => lost), lost]);
    if (answer !== undefined) return answer;
  }
}

describe.each(["published", "ours"] as const)("four workers, the %s client", (name) => {
  describe.each([[["polling"]], [["polling", "websocket"]], [["websocket"]]])("over %j", (transports) => {
    test("numbered messages with acknowledgements, both ways, from many clients at a time", async () => {
      const before = sum(await workers(), "foreign");
      const all = await connect(name, transports, 8);
      const upTo = transports[0] === "polling" && transports.length === 1 ? 150 : 400;
      const numbers = Array.from({ length: upTo }, (_, i) => i);
      await Promise.all(
        all.map(async (client) => {
          const got: number[] = [];
          client.on("number", (number, done) => {
            got.push(number);
            done(number);
          });
          const counted = client.timeout(30_000).emitWithAck("count to", upTo);
          const echoed = await Promise.all(
            numbers.map((number) => client.timeout(30_000).emitWithAck("echo", number)),
          );
          expect(echoed).toEqual(numbers);
          expect(await counted).toEqual(numbers);
          expect(got).toEqual(numbers);
        }),
      );
      if (transports.length > 1)
        await vi.waitUntil(() => all.every(({ io }) => io.engine.transport.name === "websocket"), {
          timeout: 10_000,
        });
      const foreign = sum(await workers(), "foreign") - before;
      if (transports[0] === "polling") expect(foreign).toBeGreaterThan(8);
      else expect(foreign).toBe(0);
    }, 90_000);

    test("binary, small and large, and long text", async () => {
      const [client] = (await connect(name, transports, 1)) as [Client];
      for (const value of [Buffer.from([1, 2, 3]), Buffer.alloc(700_000, 5), "ü".repeat(300_000)]) {
        const back = await client.timeout(20_000).emitWithAck("echo", value);
        expect(Buffer.from(back).equals(Buffer.from(value))).toBe(true);
      }
    }, 90_000);
  });

  test("broadcasts reach the clients of all workers", async () => {
    const all = await connect(name, ["polling", "websocket"], 8);
    const owners = await Promise.all(all.map((client) => client.timeout(15_000).emitWithAck("who")));
    expect(new Set(owners).size).toBeGreaterThan(1);
    const got = all.map((client) => waitFor(client, "everyone"));
    all[0]?.emit("everyone", { bytes: Buffer.from([1, 2]) });
    for (const [value] of (await Promise.all(got)) as [{ bytes: Buffer }][]) {
      expect([...value.bytes]).toEqual([1, 2]);
    }
  });

  test.each([[["polling"]], [["polling", "websocket"]]])(
    "a killed worker: its clients over %j connect to another",
    async (transports) => {
      const all = await connect(name, transports, 8);
      if (transports.length > 1)
        await vi.waitUntil(() => all.every(({ io }) => io.engine.transport.name === "websocket"), {
          timeout: 10_000,
        });
      const owners = await Promise.all(all.map((client) => client.timeout(15_000).emitWithAck("who")));
      const victim = owners[0];
      const lost = all.filter((_, i) => owners[i] === victim);
      const sids = lost.map(({ io }) => (io.engine as unknown as { id: string }).id);
      const again = lost.map(async (client) => {
        // At once, but for who was given to the worker before the primary knew that it is dead: then the heartbeat tells, after 45 s.
        await waitFor(client, "disconnect", { timeout: 60_000 });
        await waitFor(client, "connect", { timeout: 60_000 });
      });
      const replaced = waitFor<[{ ready?: number }]>(primary, "message", {
        filter: (message) => message.ready !== undefined,
        timeout: 30_000,
      });
      primary.send({ kill: victim });
      await Promise.all(again);
      for (const client of all) expect(await echoOnceAlive(client)).toBe("alive");
      const started = performance.now();
      for (const sid of sids) {
        const target = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
        for (let i = 0; i < WORKERS; i++) expect(await httpRequest(url, target)).toMatchObject(UNKNOWN);
        await expect(openRawWebSocket(url, target.replace("polling", "websocket"))).rejects.toMatchObject({
          reply: expect.stringContaining("400 Bad Request"),
        });
      }
      // Each of them far sooner than any timeout.
      expect(performance.now() - started).toBeLessThan(15_000);
      await replaced;
    },
    180_000,
  );
});

test("made-up session ids: of each worker, and of none", async () => {
  const nodes = (await workers()).map(({ answer }) => answer.node);
  expect(new Set(nodes).size).toBe(WORKERS);
  for (const node of [...nodes, "nobod"]) {
    const target = `/socket.io/?EIO=4&transport=polling&sid=${node.padEnd(20, "a")}`;
    for (let i = 0; i < WORKERS; i++) expect(await httpRequest(url, target)).toMatchObject(UNKNOWN);
  }
});

test("a session, request by request, through every worker", async () => {
  const wire = await openPolling(url);
  await wire.post("40");
  expect((await wire.poll())[0]).toMatch(/^40/);
  for (let i = 0; i < 3 * WORKERS; i++) {
    await wire.post(`42${i}["echo",${i}]`);
    expect(await wire.pollUntil((packet) => packet === `43${i}[${i}]`)).toContain(`43${i}[${i}]`);
  }
  await wire.post("1");
});
