import * as published from "published-engine.io";
import { httpRequest, openPolling, Queue } from "testkit";
import { expect, test } from "vitest";
import { Server } from "../../src/index.js";
import { PATH, serve } from "../support.js";
import { FakeSession } from "./fake-session.js";

// The same client to both servers, over the same session in memory: the same packets, the same events, the same end. Left out is
// what ends the published server with an unhandled rejection: a stream, or a session, that breaks.

const OPTIONS = {
  transports: ["polling", "websocket", "webtransport"],
  maxHttpBufferSize: 100,
  pingInterval: 10_000,
  upgradeTimeout: 500,
} as const;

// biome-ignore lint/suspicious/noExplicitAny: reason: the events they share, in two type systems
type Emitter = { on(event: string, listener: (...args: any[]) => void): unknown };
type Subject = Awaited<ReturnType<typeof subject>>;

async function subject(
  engine: Emitter & {
    clientsCount: number;
    onWebTransportSession(session: unknown): unknown;
    use(middleware: (...args: never[]) => void): unknown;
  } & Parameters<typeof serve>[0],
) {
  const events = new Queue<string>("events of the server");
  engine.on("connection", (socket) => {
    events.push(`connection ${socket.transport.name} ${socket.protocol}`);
    for (const name of ["upgrading", "upgrade"]) socket.on(name, () => events.push(name));
    socket.on("message", (data: string | Buffer) => {
      events.push(`message ${data.toString("latin1" as never)}`);
      if (String(data) === "close") socket.close();
      else socket.send(data);
    });
    socket.on("close", (reason: string) => events.push(`close ${reason}`));
  });
  const { url, close } = await serve(engine);
  const enter = () => {
    const session = new FakeSession();
    void engine.onWebTransportSession(session);
    return session;
  };
  return { engine, events, url, close, enter, poll: () => openPolling(url, { path: PATH }) };
}

const hide = (value: unknown) => JSON.stringify(value).replaceAll(/[\w-]{20}/g, "<id>");

type Script = (subject: Subject) => Promise<unknown>;

/** Connects, and gives what the client got first. */
async function open({ enter }: Subject) {
  const session = enter();
  const stream = session.start();
  return { session, stream, first: await stream.packets.next() };
}

async function refused({ enter, engine }: Subject, act: (session: FakeSession) => unknown) {
  const session = enter();
  await act(session);
  await session.closed;
  return [session.closeCalls.length, engine.clientsCount];
}

async function upgrade({ enter, poll }: Subject) {
  const wire = await poll();
  const session = enter();
  const stream = session.start(JSON.stringify({ sid: wire.handshake.sid }).replace(/^/, "0"));
  return { wire, session, stream };
}

const SCRIPTS: Record<string, Script> = {
  handshake: async (subject) => (await open(subject)).first,
  "polling handshake": async (subject) => (await subject.poll()).handshake,
  "echo of text and bytes": async (subject) => {
    const { stream } = await open(subject);
    await stream.text("4hello é");
    await stream.bytes(Uint8Array.of(0x83, 1, 2, 3));
    return stream.packets.take(2);
  },
  "several packets at once": async (subject) => {
    const { stream } = await open(subject);
    await stream.bytes(Buffer.from("\x024a\x024b"));
    return stream.packets.take(2);
  },
  "byte by byte": async (subject) => {
    const { stream } = await open(subject);
    for (const byte of Buffer.from("\x064hello")) await stream.bytes(Uint8Array.of(byte));
    return stream.packets.next();
  },
  "as long as allowed": async (subject) => {
    const { stream } = await open(subject);
    await stream.text(`4${"x".repeat(99)}`);
    return stream.packets.next();
  },
  "longer than allowed": async (subject) => {
    const { stream, session } = await open(subject);
    await stream.text(`4${"x".repeat(100)}`);
    await session.closed;
    return subject.engine.clientsCount;
  },
  garbage: async (subject) => {
    const { stream, session } = await open(subject);
    await stream.text("x");
    await session.closed;
  },
  "a ping": async (subject) => {
    const { stream, session } = await open(subject);
    await stream.text("2");
    await session.closed;
  },
  "the server closes": async (subject) => {
    const { stream, session } = await open(subject);
    await stream.text("4close");
    await session.closed;
    return subject.engine.clientsCount;
  },
  "the client closes": async (subject) => {
    const { session } = await open(subject);
    session.end({ closeCode: 0, reason: "" });
    await subject.events.until((event) => event.startsWith("close"));
    return subject.engine.clientsCount;
  },
  "silence before a stream": (subject) => refused(subject, () => {}),
  ...Object.fromEntries(
    ["4hello", "2probe", "x", "0{", "0null", '0{"sid":1}', '0{"sid":""}', '0{"sid":"abc"}']
      .concat(
        ["__proto__", "constructor", "toString"].map((sid) => `0{"sid":"${sid}"}`),
        `0${"x".repeat(100)}`,
      )
      .map((first) => [
        `first packet ${first}`,
        (subject: Subject) => refused(subject, (session) => void session.start(first)),
      ]),
  ),
  "with a middleware": (subject) => {
    subject.engine.use(() => {});
    return refused(subject, () => {});
  },
  upgrade: async (subject) => {
    const { wire, stream } = await upgrade(subject);
    await stream.text("2probe");
    const pong = await stream.packets.next();
    const poll = await httpRequest(subject.url, wire.target);
    await stream.text("5");
    await subject.events.until((event) => event === "upgrade");
    await stream.text("4after");
    const after = await stream.packets.next();
    const { status, text } = await httpRequest(subject.url, wire.target);
    return { pong, poll: poll.text, after, status, text, clients: subject.engine.clientsCount };
  },
  "upgrade that says something else": async (subject) => {
    const { wire, session, stream } = await upgrade(subject);
    await stream.text("4hello");
    await session.closed;
    await httpRequest(subject.url, wire.target, { method: "POST", body: "4still here" });
    return (await httpRequest(subject.url, wire.target)).text;
  },
  "upgrade that never comes": async (subject) => {
    const { wire, session, stream } = await upgrade(subject);
    await stream.text("2probe");
    await session.closed;
    await httpRequest(subject.url, wire.target, { method: "POST", body: "4still here" });
    return (await httpRequest(subject.url, wire.target)).text;
  },
  "a second upgrade beside the first": async (subject) => {
    const { wire } = await upgrade(subject);
    const second = subject.enter();
    second.start(`0{"sid":"${wire.handshake.sid}"}`);
    await second.closed;
    return subject.engine.clientsCount;
  },
};

test.each(Object.keys(SCRIPTS))("%s", async (name) => {
  const transcripts = [];
  for (const engine of [new Server({ ...OPTIONS, transports: [...OPTIONS.transports] }), theirs()]) {
    const run = await subject(engine as never);
    const result = await (SCRIPTS[name] as Script)(run);
    transcripts.push(hide({ result, events: run.events.all }));
    await run.close();
  }
  expect(transcripts[0]).toBe(transcripts[1]);
});

function theirs() {
  return new published.Server({ ...OPTIONS, transports: [...OPTIONS.transports] } as never);
}
