import { waitFor } from "testkit";
import { afterEach, expect, test } from "vitest";
import { type Started, start } from "../support/start.js";

let started: Started | undefined;
afterEach(() => started?.close());

test.each([
  ["a boolean", (name: string) => name === "/good"],
  ["a promise", async (name: string) => name === "/good"],
  [
    "an async function that calls back",
    async (name: string, _auth: object, fn: (e: null, ok: boolean) => void) => {
      await null;
      fn(null, name === "/good");
    },
  ],
  [
    "a callback called twice",
    (name: string, _auth: object, fn: (e: null, ok: boolean) => void) => {
      fn(null, name === "/good");
      fn(null, true);
    },
  ],
  [
    "a function that throws",
    (name: string) => {
      if (name !== "/good") throw new Error("no");
      return true;
    },
  ],
  [
    "a promise that rejects",
    async (name: string) => {
      if (name !== "/good") throw new Error("no");
      return true;
    },
  ],
])("a function may answer with %s", async (_name, match) => {
  started = await start();
  const { io, connect } = started;
  io.of(match as never);
  await waitFor(connect("/good"), "connect");
  expect((await waitFor(connect("/bad"), "connect_error"))[0]).toMatchObject({
    message: "Invalid namespace",
  });
  expect([...io._nsps.keys()]).toEqual(["/", "/good"]);
});

test("the first parent that allows a name makes the namespace, once for clients that come together", async () => {
  started = await start();
  const { io, connect } = started;
  const answers: (() => void)[] = [];
  const made: string[] = [];
  io.on("new_namespace", (nsp) => made.push(nsp.name));
  io.of((_name, _auth, next) => {
    answers.push(() => next(null, true));
    if (answers.length === 2) for (const answer of answers) answer();
  });
  io.of(/./).on("connection", () => made.push("by the second"));
  const clients = [connect("/a"), connect("/a")];
  await Promise.all(clients.map((client) => waitFor(client, "connect")));
  expect(made).toEqual(["/a"]);
  expect(io.of("/a").sockets.size).toBe(2);
});

test("an equal regular expression is the same parent", async () => {
  started = await start();
  const { io } = started;
  expect(io.of(/^\/x$/)).toBe(io.of(/^\/x$/));
  expect(io.of(/^\/x$/)).not.toBe(io.of(/^\/x$/i));
});

test("empty children are removed when asked to, and made again", async () => {
  started = await start({ cleanupEmptyChildNamespaces: true });
  const { io, connect } = started;
  io.of("/fixed");
  const parent = io.of(/^\/child$/);
  for (const round of [1, 2]) {
    const client = connect("/child");
    const fixed = connect("/fixed");
    await waitFor(client, "connect");
    await waitFor(fixed, "connect");
    expect([...io._nsps.keys()].sort(), `round ${round}`).toEqual(["/", "/child", "/fixed"]);
    const got = waitFor(client, "hi");
    parent.emit("hi");
    await got;
    const socket = io.of("/child").sockets.get(client.id as string) as object;
    const gone = waitFor(socket, "disconnect");
    client.disconnect();
    fixed.disconnect();
    await gone;
    expect(io._nsps.has("/child")).toBe(false);
    expect(io._nsps.has("/fixed")).toBe(true);
  }
});

test("names that are long, or those of Object.prototype, are names like others", async () => {
  started = await start();
  const { io, connect } = started;
  const main = connect();
  for (const name of ["/__proto__", "/constructor", `/${"n".repeat(100_000)}`]) {
    expect((await waitFor(main.io.socket(name), "connect_error"))[0]).toMatchObject({
      message: "Invalid namespace",
    });
  }
  io.of("/__proto__");
  await waitFor(connect("/__proto__"), "connect");
});
