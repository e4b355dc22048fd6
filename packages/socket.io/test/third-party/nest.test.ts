import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { collect, waitFor } from "testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ourClient, type TestClient } from "../interop/implementations.js";
import { requireBuilt } from "../support/built.js";

const script = fileURLToPath(new URL("support/nest-server.mjs", import.meta.url));

describe("a NestJS application", () => {
  let server: ChildProcess;
  let url: string;
  const clients: TestClient[] = [];
  beforeAll(async () => {
    requireBuilt("index.js");
    server = fork(script, [], { execArgv: [] });
    const [{ port }] = await waitFor<[{ port: number }]>(server, "message", { rejectOn: ["exit"] });
    url = `http://127.0.0.1:${port}`;
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.disconnect();
  });
  afterAll(() => {
    server.kill();
  });

  function connect(nsp = "/"): TestClient {
    const client = ourClient.connect(url + nsp, { forceNew: true });
    clients.push(client);
    return client;
  }

  test("its gateway has our server, and is told of connections and disconnections", async () => {
    const client = connect();
    const welcome = await waitFor(client, "welcome", { rejectOn: ["connect_error"] });
    expect(welcome).toEqual([client.id, true]);
    const other = connect();
    await waitFor(other, "connect");
    const { id } = other;
    const left = waitFor(client, "left");
    other.disconnect();
    expect(await left).toEqual([id]);
  });

  test("what a handler returns is the acknowledgement, or an event", async () => {
    const client = connect();
    await waitFor(client, "connect");
    expect(await client.timeout(5000).emitWithAck("echo", { a: [1] })).toEqual({
      by: client.id,
      data: { a: [1] },
    });
    const events = collect(client, "said", "noted", "counted");
    client.emit("say", "hello");
    client.emit("count");
    expect(await events.take(4)).toEqual([
      { event: "said", args: ["hello"] },
      { event: "noted", args: [5] },
      { event: "counted", args: [1] },
      { event: "counted", args: [2] },
    ]);
  });

  test("an exception of a handler is told to the client", async () => {
    const client = connect();
    await waitFor(client, "connect");
    const exception = waitFor(client, "exception");
    client.emit("fail", 1);
    expect((await exception)[0]).toMatchObject({ status: "error", message: "not like this" });
  });

  test("a gateway with a namespace", async () => {
    const client = connect("/news");
    await waitFor(client, "connect", { rejectOn: ["connect_error"] });
    expect(await client.timeout(5000).emitWithAck("latest")).toBe("all quiet");
  });

  // The last: it ends the application.
  test("its end disconnects the clients, and leaves nothing that keeps the process", async () => {
    const client = connect();
    await waitFor(client, "connect");
    const left = waitFor(client, "disconnect");
    const exit = once(server, "exit");
    server.send("close");
    await left;
    client.disconnect();
    expect(await exit).toEqual([0, null]);
  });
});
