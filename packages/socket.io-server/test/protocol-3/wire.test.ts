import { openWebSocket } from "testkit";
import { expect, test } from "vitest";
import { implementations, type ServerImplementation, start } from "../support/start.js";

type Sent = (string | Buffer)[];

const attachment = Buffer.from([4, 9, 9]);

/** What a client of protocol 3 sends over WebSocket once it is in the main namespace. */
const CONVERSATIONS: [string, Sent][] = [
  ["an event and a broadcast", ['42["all"]']],
  ["acknowledgements", ['427["echo",1]', '42["ask"]', '430["answer"]']],
  ["binary", ['451-["echo",{"_placeholder":true,"num":0}]', attachment]],
  ["binary, acknowledged", ['451-7["echo",{"_placeholder":true,"num":0}]', attachment]],
  ["a namespace", ["40/chat", '42/chat,["ask"]', '43/chat,0["a"]', "41/chat"]],
  ["a namespace with a query", ["40/chat?token=a%20b&x=1"]],
  ["a namespace with a query and a comma", ["40/chat?token=ab,"]],
  ["a namespace with a query, the same key twice", ["40/chat?a=b&a=c,"]],
  ["a namespace with a query, and data that is ignored", ['40/chat?foo=bar,{"a":1}']],
  ["a namespace with data that is ignored", ['40/chat,{"a":1}']],
  ["a namespace with a key named __proto__", ["40/chat?foo=bar&__proto__=1,"]],
  ["a namespace with an empty query", ["40/chat?"]],
  ["a namespace whose middleware refuses with data", ["40/refuse-data"]],
  ["a namespace whose middleware refuses", ["40/refuse?x=1,"]],
  ["a namespace that is not there", ["40/none?x=1"]],
  ["a namespace made when asked for", ["40/dynamic-1?a=b", '42/dynamic-1,["ask"]']],
  ["a namespace a second time", ["40/chat", "40/chat?x=1"]],
  ["the main namespace, in which it is", ["40"]],
  ["the main namespace with a query", ["40/?x=1"]],
  ["being disconnected", ['42["close"]']],
  ["an event for a namespace not joined", ['42/chat,["x"]']],
  ["CONNECT_ERROR", ['44"x"']],
  ["a ping", ["2"]],
];

async function converse(Implementation: ServerImplementation, sent: Sent) {
  const { io, url, close } = await start({ allowEIO3: true, connectTimeout: 5_000 }, Implementation);
  const events: unknown[] = [];
  io.of("/refuse").use((_, next) => next(new Error("not you")));
  io.of("/refuse-data").use((_, next) => next(Object.assign(new Error("no"), { data: { code: 1 } })));
  for (const nsp of [io.of("/"), io.of("/chat"), io.of(/^\/dynamic-\d$/)]) {
    nsp.on("connection", (socket) => {
      const { auth, query } = socket.handshake;
      events.push(["connection", socket.nsp.name, socket.id, socket.client.id, { ...auth }, { ...query }]);
      socket.on("disconnect", (reason) => events.push(["disconnect", socket.nsp.name, reason]));
      socket.on("all", () => io.emit("all", 1));
      socket.on("echo", (value, ack) => {
        events.push(["echo", value, typeof ack]);
        ack?.(value);
        socket.emit("echoed", { value });
      });
      socket.on("now", (ack) => ack());
      socket.on("ask", () => socket.emit("question", (answer: unknown) => events.push(["answer", answer])));
      socket.on("close", () => socket.disconnect(true));
      socket.emit("hello", 1);
    });
  }
  const wire = await openWebSocket(url, { query: { EIO: "3", a: "b" } });
  const received: unknown[] = [];
  // Until the server has done what a message asks for: a namespace takes a turn or two to let a client in.
  const settled = async () => {
    for (let round = 0; round < 3; round++) {
      wire.send('428["now"]');
      for (let reply = await wire.messages.next(); reply !== "438[]"; reply = await wire.messages.next()) {
        received.push(reply);
      }
    }
  };
  let lasted = true;
  try {
    await settled();
    for (const message of sent) {
      wire.send(message);
      if (!isIncomplete(message)) await settled();
    }
  } catch {
    lasted = false;
    received.push(...wire.messages.drain());
  }
  wire.close();
  await close();
  const id = events.length > 0 ? (events[0] as string[])[3] : undefined;
  const text = JSON.stringify({ received, events, lasted });
  return JSON.parse(text.replace(/(?<="sid\\":\\")[\w-]{20}/g, "<id>").replaceAll(id ?? "<id>", "<id>"));
}

/** Whether an attachment is to follow. */
function isIncomplete(message: string | Buffer): boolean {
  return String(message).startsWith("451-");
}

test.each(CONVERSATIONS)("%s, as published", async (_, sent) => {
  const published = await converse(implementations.published, sent);
  expect(published.received.length).toBeGreaterThan(1);
  expect(await converse(implementations.ours, sent)).toEqual(published);
});

test("refused by the middleware of the main namespace, it can join others, and the main one again", async () => {
  const converse = async (Implementation: ServerImplementation) => {
    const { io, url, close } = await start({ allowEIO3: true }, Implementation);
    io.of("/chat");
    let isRefused = true;
    io.use((_, next) =>
      next(isRefused ? Object.assign(new Error("not you"), { data: { a: 1 } }) : undefined),
    );
    const wire = await openWebSocket(url, { query: { EIO: "3" } });
    await wire.text();
    const received = [await wire.text()];
    for (const message of ["40/chat", "40", "40"]) {
      wire.send(message);
      received.push(await wire.text());
      if (message === "40") isRefused = false;
    }
    wire.close();
    await close();
    return received;
  };
  const published = await converse(implementations.published);
  expect(published).toEqual(['44{"a":1}', "40/chat,", '44{"a":1}', "40"]);
  expect(await converse(implementations.ours)).toEqual(published);
});

test.each(["41", '42["leave"]'])(
  "out of the main namespace by %s, it stays connected, as published",
  async (message) => {
    const converse = async (Implementation: ServerImplementation) => {
      const { io, url, close } = await start({ allowEIO3: true }, Implementation);
      io.of("/chat");
      const gone = new Promise((resolve) => {
        io.on("connection", (socket) => {
          socket.on("leave", () => socket.disconnect());
          socket.on("disconnect", resolve);
        });
      });
      const wire = await openWebSocket(url, { query: { EIO: "3" } });
      const received = await wire.messages.take(2);
      wire.send(message);
      const reason = await gone;
      wire.send("40/chat");
      await wire.messages.until((reply) => reply === "40/chat,");
      wire.close();
      await close();
      return { reason, received: [...received.slice(1), ...wire.messages.all.slice(2)] };
    };
    const published = await converse(implementations.published);
    expect(await converse(implementations.ours)).toEqual(published);
  },
);

test("a client that is refused everywhere is disconnected after connectTimeout", async () => {
  const { io, url, close } = await start({ allowEIO3: true, connectTimeout: 50 });
  io.use((_, next) => next(new Error("not you")));
  const wire = await openWebSocket(url, { query: { EIO: "3" } });
  expect(await wire.messages.take(2)).toEqual([expect.stringMatching(/^0/), '44"not you"']);
  await wire.closed();
  await close();
});

test("connection state recovery does not concern them", async () => {
  const { io, url, close } = await start({ allowEIO3: true, connectionStateRecovery: {} });
  const wire = await openWebSocket(url, { query: { EIO: "3" } });
  expect(await wire.messages.take(2)).toEqual([expect.stringMatching(/^0/), "40"]);
  const [socket] = await io.fetchSockets();
  expect(JSON.stringify(wire.messages.all)).toContain(socket?.id);
  wire.close();
  await close();
});
