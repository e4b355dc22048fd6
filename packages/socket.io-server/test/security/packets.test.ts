import { openSocketIo, type SocketIoWire, waitFor } from "testkit";
import { afterEach, describe, expect, test } from "vitest";
import type { Socket } from "../../src/index.js";
import { type Started, start } from "../support/start.js";
import { collectUncaught } from "../support/uncaught.js";

// The advisories about Socket.IO packets, and the packets that break the protocol. In every case the process lives and other
// connections are untouched.

let started: Started | undefined;
afterEach(() => started?.close());

type Sent = (string | Uint8Array)[];

/** What a server does with packets of a joined client, and that it does nothing else. */
async function send(
  sent: Sent,
  then: (client: SocketIoWire, socket: Socket) => Promise<void>,
): Promise<void> {
  started = await start({ maxHttpBufferSize: 3_000_000 });
  const { io, url } = started;
  const alive = (socket: Socket) => socket.on("alive?", (callback) => callback("yes"));
  io.on("connection", alive);
  const bystander = await openSocketIo(url);
  const accepted = waitFor<[Socket]>(io, "connection");
  const client = await openSocketIo(url);
  const [socket] = await accepted;
  await collectUncaught(async (uncaught) => {
    for (const packet of sent) client.send(packet);
    await then(client, socket);
    bystander.send('20["alive?"]');
    expect(await bystander.packets.next()).toBe('30["yes"]');
    expect(uncaught.size).toBe(0);
  });
  client.close();
  bystander.close();
}

/** The connection is closed as one that breaks the protocol, and nothing of the packets is heard. */
async function isClosed(sent: Sent, reason = "parse error"): Promise<void> {
  await send(sent, async (client, socket) => {
    const heard: unknown[] = [];
    socket.onAny((...event) => heard.push(event));
    const [why] = await waitFor<[string]>(socket, "disconnect");
    expect(why).toBe(reason);
    await client.wire.closed();
    expect(heard).toEqual([]);
  });
}

/** The connection lives. */
async function lives(sent: Sent, expected: unknown[] = []): Promise<void> {
  await send(sent, async (client, socket) => {
    const heard: unknown[] = [];
    socket.onAny((...event) => heard.push(event.filter((arg) => typeof arg !== "function")));
    client.send('29["alive?"]');
    expect(await client.packets.next()).toBe('39["yes"]');
    expect(heard).toEqual([...expected, ["alive?"]]);
  });
}

const bytes = Buffer.from([1]);

describe("CVE-2020-36049: a huge packet of attachments", () => {
  test("that are announced is refused in linear time", async () => {
    const before = performance.now();
    await isClosed([`5${"1".repeat(900_000)}-["x"]`]);
    expect(performance.now() - before).toBeLessThan(10_000);
  });

  test("that come is refused with the first that is too many", () =>
    isClosed(['511-["x",{"_placeholder":true,"num":0}]', ...Array.from({ length: 11 }, () => bytes)]));
});

test.each(['"splice"', "-1", "1.5", "99", '"0"'])(
  "CVE-2022-2421: a placeholder with num %s closes the connection",
  (num) => isClosed([`51-["hello",{"_placeholder":true,"num":${num}}]`, bytes]),
);

test("CVE-2023-32695: an event name that is an object closes the connection", () =>
  isClosed(['2[{"toString":"foo"}]']));

test("CVE-2026-33151: more attachments than allowed close the connection", () => isClosed(['511-["x",1]']));

test("CVE-2026-69185: zero attachments close the connection, and what follows is not kept", () =>
  isClosed(['50-["x"]', bytes, bytes]));

describe("CVE-2024-38355: an event named like one of the emitter's", () => {
  test.each(["error", "__proto__", "constructor", "hasOwnProperty"])("%s is an event", (name) =>
    lives([`2["${name}",1]`], [[name, 1]]),
  );

  test.each(["newListener", "removeListener", "connect", "disconnect", "disconnecting", "connect_error"])(
    "%s closes the connection",
    (name) => isClosed([`2["${name}","x"]`]),
  );
});

describe("out of turn:", () => {
  test("text where an attachment is awaited", () =>
    isClosed(['51-["x",{"_placeholder":true,"num":0}]', '2["x"]']));

  test("an attachment where text is awaited", () => isClosed([bytes]));

  test("an acknowledgement of what was not asked", () => lives(['3999["x"]', "3[]"]));

  test("an acknowledgement twice", () =>
    send([], async (client, socket) => {
      const answers: unknown[] = [];
      socket.emit("ask", (answer: unknown) => answers.push(answer));
      const id = /^2(\d+)/.exec(String(await client.packets.next()))?.[1];
      client.send(`3${id}[1]`);
      client.send(`3${id}[2]`);
      client.send('29["alive?"]');
      expect(await client.packets.next()).toBe('39["yes"]');
      expect(answers).toEqual([1]);
    }));

  test("CONNECT to a namespace a second time", () => isClosed(["0"], "forced close"));

  test("CONNECT to a namespace that has not answered yet", async () => {
    started = await start();
    started.io.of("/slow").use(() => {});
    const client = await openSocketIo(started.url);
    client.send("0/slow,");
    client.send("0/slow,");
    await client.wire.closed();
  });

  test("a packet for a namespace not joined", () => isClosed(['2/other,["x"]'], "forced close"));

  test("CONNECT_ERROR, which is the server's to send", () => isClosed(['4{"message":"x"}'], "forced close"));
});

describe("out of proportion:", () => {
  test("a namespace name of 1 MB is answered, and not kept", () =>
    send([`0/${"n".repeat(1_000_000)},`], async (client) => {
      const reply = String(await client.packets.next());
      expect(reply.slice(0, 5)).toBe("4/nnn");
      expect(reply.slice(-35)).toContain('{"message":"Invalid namespace"}');
      expect([...(started as Started).io._nsps.keys()]).toEqual(["/"]);
    }));

  test("an auth payload of 10 levels with 1000 keys each is a payload", async () => {
    const wide = (level: number): Record<string, unknown> => {
      const keys: Record<string, unknown> = {};
      for (let i = 0; i < 1000; i++) keys[`key-${i}`] = i;
      if (level > 1) keys.deeper = wide(level - 1);
      return keys;
    };
    const auth = wide(10);
    started = await start();
    const accepted = waitFor<[Socket]>(started.io, "connection");
    const client = await openSocketIo(started.url, { auth });
    expect((await accepted)[0].handshake.auth).toEqual(auth);
    client.close();
  });

  test("an event nested 100 000 deep ends in a tested way, and at once", async () => {
    const depth = 100_000;
    await send([`2["deep",${"[".repeat(depth)}${"]".repeat(depth)}]`], async (client, socket) => {
      client.send('29["alive?"]');
      const end = waitFor<[string]>(socket, "disconnect").then(([reason]) => reason);
      const answer = client.packets.next().catch(() => undefined);
      expect(["parse error", '39["yes"]']).toContain(await Promise.race([end, answer]));
    });
  });
});
