import { openSocketIo, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { Socket } from "../../src/index.js";
import { implementations, type Started, start, turn } from "../support/start.js";

let started: Started | undefined;
afterEach(() => started?.close());

const options = { connectionStateRecovery: { maxDisconnectionDuration: 5000 } };
const payload = (packet: unknown) => JSON.parse(String(packet).replace(/^\d+/, ""));

async function session({ io, url }: Started) {
  const client = await openSocketIo(url);
  const { sid, pid } = payload(client.connected);
  const socket = io.sockets.sockets.get(sid) as Socket;
  socket.data.name = "somebody";
  socket.join("room");
  io.to("room").emit("first", 1);
  const [, , offset] = payload(await client.packets.next());
  return { client, sid, pid, offset, socket };
}

describe.each(Object.entries(implementations))("recovery, %s", (_name, Implementation) => {
  test("a client that was cut off gets its id, rooms, data and what it missed", async () => {
    started = await start(options, Implementation);
    const { io, url } = started;
    const { client, sid, pid, offset, socket } = await session(started);
    const gone = waitFor(socket, "disconnect");
    client.wire.socket.terminate();
    await gone;
    io.to("room").emit("missed", 2);
    io.to("other").emit("not for it");
    io.to("room").volatile.emit("volatile");
    io.to(sid).emit("private", 3);
    io.use(() => {
      throw new Error("middleware is skipped");
    });
    const connection = waitFor<[Socket]>(io, "connection");
    const again = await openSocketIo(url, { auth: { pid, offset } });
    expect(payload(again.connected).slice(0, 2)).toEqual(["missed", 2]);
    expect(payload(await again.packets.next()).slice(0, 2)).toEqual(["private", 3]);
    expect(payload(await again.packets.next())).toEqual({ sid, pid });
    const [recovered] = await connection;
    expect(recovered.recovered).toBe(true);
    expect(recovered.id).toBe(sid);
    expect(recovered.data).toEqual({ name: "somebody" });
    expect([...recovered.rooms].sort()).toEqual([sid, "room"].sort());
    again.close();
  });

  test.each([
    ["an unknown session", { pid: "a".repeat(20), offset: "b" }],
    ["no offset", { pid: "a".repeat(20) }],
    ["no strings", { pid: { toString: null }, offset: ["x"] }],
  ])("a client that asks for %s gets a new one", async (_case, auth) => {
    started = await start(options, Implementation);
    const client = await openSocketIo(started.url, { auth });
    const { sid, pid } = payload(client.connected);
    expect(pid).not.toBe(auth.pid);
    expect(started.io.sockets.sockets.get(sid)?.recovered).toBe(false);
    client.close();
  });

  test("nothing is kept of a client that left on purpose", async () => {
    started = await start(options, Implementation);
    const { client, sid, pid, offset, socket } = await session(started);
    const gone = waitFor(socket, "disconnect");
    client.send("1");
    await gone;
    const again = await openSocketIo(started.url, { auth: { pid, offset } });
    expect(payload(again.connected).sid).not.toBe(sid);
    client.close();
    again.close();
  });
});

test("one session never has two sockets", async () => {
  started = await start(options);
  const { client, sid, pid, offset, socket } = await session(started);
  const gone = waitFor(socket, "disconnect");
  client.wire.socket.terminate();
  await gone;
  const { url } = started;
  const auth = { pid, offset };
  const all: Awaited<ReturnType<typeof openSocketIo>>[] = [];
  for (let i = 0; i < 3; i++) all.push(await openSocketIo(url, { auth }));
  // The last one has it.
  expect(started.io.sockets.sockets.get(sid)?.connected).toBe(true);
  const recovered = all.filter(({ connected }) => payload(connected).sid === sid);
  for (const superseded of recovered.slice(0, -1)) await superseded.wire.closed();
  expect(started.io.sockets.sockets.size).toBe(all.length - recovered.length + 1);
  for (const one of all) one.close();
});

test("a session that is being recovered is not given out again", async () => {
  let approve = (): void => {};
  let revalidating = {};
  const asked = new Promise<void>((resolve) => {
    const revalidate = () => {
      resolve();
      return new Promise<boolean>((decide) => {
        approve = () => decide(true);
      });
    };
    revalidating = { connectionStateRecovery: { revalidate } };
  });
  started = await start(revalidating);
  const { client, sid, pid, offset, socket } = await session(started);
  const gone = waitFor(socket, "disconnect");
  client.wire.socket.terminate();
  await gone;
  const auth = { pid, offset };
  const first = openSocketIo(started.url, { auth });
  await asked;
  const second = await openSocketIo(started.url, { auth });
  expect(payload(second.connected).sid).not.toBe(sid);
  approve();
  expect(payload((await first).connected).sid).toBe(sid);
  second.close();
});

test("without skipMiddlewares the middleware decides about a recovered socket", async () => {
  started = await start({ connectionStateRecovery: { skipMiddlewares: false } });
  const { io, url } = started;
  const { client, sid, pid, offset, socket } = await session(started);
  const gone = waitFor(socket, "disconnect");
  client.wire.socket.terminate();
  await gone;
  await turn();
  io.use((one, next) => next(new Error(String(one.recovered))));
  const refused = await openSocketIo(url, { auth: { pid, offset } });
  expect(refused.connected).toBe('4{"message":"true"}');
  expect(io.sockets.adapter.sids.has(sid)).toBe(false);
  refused.close();
});
