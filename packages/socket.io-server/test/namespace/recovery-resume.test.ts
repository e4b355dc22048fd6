import { openSocketIo, Queue, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { RecoverableSession, Socket } from "../../src/index.js";
import { Server as OurServer } from "../../src/index.js";
import { come, cutOff, payload } from "../support/recovering.js";
import { type Started, start, turn } from "../support/start.js";

let started: Started | undefined;
afterEach(() => started?.close());

describe("a client that is back before the server noticed that it was gone", () => {
  const options = { connectionStateRecovery: {} };

  test("gets its session, and the stale connection is closed", async () => {
    started = await start(options);
    const { io, client, socket, sid, auth } = await come(started);
    const gone = waitFor(socket, "disconnect");
    socket.emit("lost on the way");
    const again = await openSocketIo(started.url, { auth });
    expect(payload(again.connected)[0]).toBe("lost on the way");
    expect(payload(await again.packets.next())).toEqual({ sid, pid: auth.pid });
    expect(await gone).toEqual(["forced close", undefined]);
    await client.wire.closed();
    const recovered = io.sockets.sockets.get(sid) as Socket;
    expect(recovered).not.toBe(socket);
    expect(recovered).toMatchObject({ recovered: true, connected: true, data: { user: 1 } });
    expect([...recovered.rooms].sort()).toEqual([sid, "room"].sort());
    expect(io.sockets.sockets.size).toBe(1);
    io.to("room").emit("once");
    expect(payload(await again.packets.next())[0]).toBe("once");
    again.close();
  });

  test("can do so again and again, and leaves nothing", async () => {
    started = await start(options);
    const came = await come(started);
    for (let i = 0; i < 3; i++) {
      const again = await openSocketIo(started.url, { auth: came.auth });
      expect(payload(again.connected).sid).toBe(came.sid);
    }
    const [last] = [...came.io.sockets.sockets.values()] as [Socket];
    const gone = waitFor(last, "disconnect");
    last.disconnect();
    await gone;
    expect(came.io.sockets._sessions.size).toBe(0);
    expect(came.io.sockets.adapter.sids.size).toBe(0);
  });
});

describe("revalidate", () => {
  test("may refuse: the client then comes in as a new one, and what it missed is not sent", async () => {
    const asked = new Queue<unknown>("a question");
    started = await start({
      connectionStateRecovery: {
        revalidate: async (handshake, session) => {
          asked.push([handshake.auth, session]);
          return false;
        },
      },
    });
    const came = await come(started);
    await cutOff(came);
    came.io.to("room").emit("secret");
    came.io.use((socket, next) => next(new Error(`new: ${!socket.recovered}`)));
    const auth = { ...came.auth, token: "revoked" };
    const again = await openSocketIo(started.url, { auth });
    expect(again.connected).toBe('4{"message":"new: true"}');
    const { sid } = came;
    const session: RecoverableSession = { sid, rooms: [sid, "room"], data: { user: 1 } };
    expect(await asked.next()).toEqual([auth, session]);
    again.close();
  });

  test("refuses the client with its error when it throws or rejects", async () => {
    started = await start({
      connectionStateRecovery: {
        revalidate: () => Promise.reject(Object.assign(new Error("revoked"), { data: { since: 1 } })),
      },
    });
    const came = await come(started);
    await cutOff(came);
    const again = await openSocketIo(started.url, { auth: came.auth });
    expect(again.connected).toBe('4{"message":"revoked","data":{"since":1}}');
    expect(came.io.sockets.adapter.sids.size).toBe(0);
    again.close();
  });

  test("takes its time, and nothing sent in the meantime is lost", async () => {
    let approve = (_answer: boolean): void => {};
    const asked = new Queue<RecoverableSession>("a question");
    started = await start({
      connectionStateRecovery: {
        revalidate: (_handshake, session) =>
          new Promise((resolve) => {
            approve = resolve;
            asked.push(session);
          }),
      },
    });
    const came = await come(started);
    await cutOff(came);
    came.io.to("room").emit("before");
    const coming = openSocketIo(started.url, { auth: came.auth });
    await asked.next();
    came.io.to("room").emit("meanwhile");
    approve(true);
    const again = await coming;
    expect(payload(again.connected)[0]).toBe("before");
    expect(payload(await again.packets.next())[0]).toBe("meanwhile");
    expect(payload(await again.packets.next()).sid).toBe(came.sid);
    again.close();
  });

  test("keeps the session of a client that did not wait for it", async () => {
    let approve = (_answer: boolean): void => {};
    const asked = new Queue<RecoverableSession>("a question");
    started = await start({
      connectionStateRecovery: {
        revalidate: (_handshake, session) =>
          new Promise((resolve) => {
            approve = resolve;
            asked.push(session);
          }),
      },
    });
    const { io, url } = started;
    const came = await come(started);
    await cutOff(came);
    const opened = waitFor<[{ close(discard: boolean): void }]>(io.engine, "connection");
    openSocketIo(url, { auth: came.auth }).catch(() => {});
    const [conn] = await opened;
    await asked.next();
    conn.close(true);
    approve(true);
    await turn();
    expect(io.sockets.sockets.size).toBe(0);
    const coming = openSocketIo(url, { auth: came.auth });
    await asked.next();
    approve(true);
    expect(payload((await coming).connected).sid).toBe(came.sid);
  });
});

test("what was missed is not sent to a client that a middleware refuses", async () => {
  started = await start({ connectionStateRecovery: { skipMiddlewares: false } });
  const came = await come(started);
  await cutOff(came);
  came.io.to("room").emit("secret");
  came.io.use((_socket, next) => next(new Error("revoked")));
  const again = await openSocketIo(started.url, { auth: came.auth });
  expect(again.connected).toBe('4{"message":"revoked"}');
  again.close();
});

test("maxBytes limits what is kept: who missed too much gets a new session", async () => {
  started = await start({ connectionStateRecovery: { maxBytes: 10_000 } });
  const came = await come(started);
  await cutOff(came);
  for (let i = 0; i < 10; i++) came.io.emit("large", "x".repeat(2000));
  const again = await openSocketIo(started.url, { auth: came.auth });
  expect(payload(again.connected).sid).not.toBe(came.sid);
  again.close();
});

test.each([
  ["maxBytes", { maxBytes: 0 }],
  ["maxBytes", { maxBytes: "1" as never }],
  ["revalidate", { revalidate: true as never }],
])("a wrong %s is refused at construction", (name, connectionStateRecovery) => {
  expect(() => new OurServer({ connectionStateRecovery })).toThrow(
    expect.objectContaining({ code: "ERR_INVALID_OPTION", message: expect.stringContaining(name) }),
  );
});
