import { httpRequest, openPolling, waitFor } from "testkit";
import { expect, test } from "vitest";
import type { ConnectionError, ServerOptions } from "../../src/index.js";
import { PATH, turns } from "../support.js";
import { FakeSession } from "./fake-session.js";
import { connect, start } from "./support.js";

const invalid = (message: string) => ({
  code: 3,
  context: { name: "TRANSPORT_HANDSHAKE_ERROR", message },
});
const unknown = (sid: string) => ({ code: 1, message: "Session ID unknown", context: { sid } });

test.each([
  ["a message first", "4hello", invalid("invalid handshake")],
  ["garbage first", "x", invalid("invalid handshake")],
  ["no JSON", "0{", invalid("invalid handshake")],
  ["null", "0null", invalid("invalid handshake")],
  ["a sid that is no text", '0{"sid":["a"]}', invalid("invalid handshake")],
  ["an unknown sid", '0{"sid":"abc"}', unknown("abc")],
  ["sid __proto__", '0{"sid":"__proto__"}', unknown("__proto__")],
  ["sid constructor", '0{"sid":"constructor"}', unknown("constructor")],
  ["too long", `0{"sid":"${"x".repeat(100)}"}`, invalid("invalid handshake")],
])("refused: %s", async (_, first, error) => {
  const { engine } = await start({ maxHttpBufferSize: 100 });
  const refused = waitFor<[ConnectionError]>(engine, "connection_error");
  const session = new FakeSession();
  engine.onWebTransportSession(session);
  session.start(first);
  expect((await refused)[0]).toMatchObject(error);
  await session.closed;
  expect(session.closeCalls).toMatchObject([{ closeCode: 1008 }]);
  expect(engine.clientsCount).toBe(0);
});

type Silence = (session: FakeSession) => unknown;
test.each<[string, Silence, Promise<unknown>?]>([
  ["opens no stream", () => {}],
  ["is never ready", () => {}, new Promise(() => {})],
  ["opens a stream and says nothing", (session) => session.open()],
  ["says half a packet", (session) => session.open().bytes(Uint8Array.of(9, 48))],
])("a client that %s is shown out", async (_, act, ready) => {
  const { engine } = await start({ upgradeTimeout: 30 });
  const refused = waitFor<[ConnectionError]>(engine, "connection_error");
  const session = new FakeSession(ready ? { ready } : {});
  engine.onWebTransportSession(session);
  await act(session);
  expect((await refused)[0].context.message).toBe("the client sent no handshake in time");
  await session.closed;
});

const leaving: [string, (session: FakeSession) => unknown][] = [
  ["the session ends", (session) => session.end({})],
  ["the session breaks", (session) => session.end({}, new Error("gone"))],
  ["the stream ends", (session) => session.open().writer.close()],
  ["the stream is reset", (session) => session.open().resetSending(new Error("reset"))],
];
test.each(leaving)("%s before the handshake: nothing is left", async (_, leave) => {
  const { engine } = await start();
  const refusals: unknown[] = [];
  engine.on("connection_error", (error) => refusals.push(error));
  const session = new FakeSession();
  engine.onWebTransportSession(session);
  await leave(session);
  await session.closed.catch(() => {});
  await turns();
  expect([engine.clientsCount, refusals]).toEqual([0, []]);
});

test("a session that is never established", async () => {
  const { engine } = await start();
  const session = new FakeSession({ ready: Promise.reject(new Error("not ready")) });
  engine.onWebTransportSession(session);
  await session.closed;
  expect(engine.clientsCount).toBe(0);
});

test("the application decides late, when the client has gone", async () => {
  let decide!: (allowed: boolean) => void;
  const { engine } = await start({
    allowRequest: () =>
      new Promise<boolean>((resolve) => {
        decide = resolve;
      }),
  });
  const session = new FakeSession();
  engine.onWebTransportSession(session);
  session.start();
  await expect.poll(() => decide, { timeout: 10_000 }).toBeTypeOf("function");
  session.end({});
  await turns();
  decide(true);
  await turns();
  expect(engine.clientsCount).toBe(0);
});

test.each<[string, ServerOptions, object]>([
  ["it is not among the transports", { transports: ["polling"] }, { code: 0 }],
  [
    "allowRequest refuses",
    { allowRequest: (_, callback) => callback("not you", false) },
    { code: 4, context: { message: "not you" } },
  ],
  [
    "the origin is not known",
    { allowedOrigins: "https://a.example" },
    { code: 3, context: { message: expect.stringContaining("allowedOrigins") } },
  ],
])("refused: %s", async (_, options, error) => {
  const { engine } = await start(options);
  const refused = waitFor<[ConnectionError]>(engine, "connection_error");
  const session = new FakeSession();
  engine.onWebTransportSession(session);
  session.start();
  expect((await refused)[0]).toMatchObject(error);
  await session.closed;
});

test("origins, where the host knows them", async () => {
  const { engine } = await start({ allowedOrigins: "https://a.example" });
  const enter = (origin: string) => {
    const session = new FakeSession();
    engine.onWebTransportSession(session, { headers: { origin } });
    return { session, stream: session.start() };
  };
  const refused = waitFor<[ConnectionError]>(engine, "connection_error");
  await enter("https://b.example").session.closed;
  expect((await refused)[0]).toMatchObject({ code: 4, context: { name: "INVALID_ORIGIN" } });
  expect((await enter("https://a.example").stream.packets.next()).type).toBe("open");
});

test("refused together with middlewares, but not because of cors", async () => {
  const { engine } = await start({ cors: { origin: "*" } });
  await connect(engine);
  engine.use((_request, _response, next) => next());
  const refused = waitFor<[ConnectionError]>(engine, "connection_error");
  const session = new FakeSession();
  engine.onWebTransportSession(session);
  await session.closed;
  expect((await refused)[0].context.message).toMatch(/middlewares/);
});

test.each(["4nonsense", "1", "x"])(
  "an upgrade that goes wrong with %j leaves the session where it is",
  async (packet) => {
    const { engine, url, poll } = await start();
    const { wire, socket } = await poll();
    const session = new FakeSession();
    engine.onWebTransportSession(session);
    const stream = session.start(`0{"sid":"${socket.id}"}`);
    await stream.text(packet);
    await session.closed;
    socket.send("hi");
    expect((await httpRequest(url, wire.target)).text).toBe("4hi");
  },
);

test("an upgrade that takes too long, or is not wanted twice", async () => {
  const { engine, poll } = await start({ upgradeTimeout: 50 });
  const { socket } = await poll();
  const [first, second] = [new FakeSession(), new FakeSession()];
  for (const session of [first, second]) {
    engine.onWebTransportSession(session);
    session.start(`0{"sid":"${socket.id}"}`);
    await turns();
  }
  await second.closed;
  await first.closed;
  expect(socket.readyState).toBe("open");
});

test("a session of protocol 3 stays where it is", async () => {
  const { engine, url } = await start({ allowEIO3: true });
  const reply = await httpRequest(url, `${PATH}?EIO=3&transport=polling`);
  const handshake = JSON.parse(reply.text.slice(reply.text.indexOf("{"), reply.text.lastIndexOf("}") + 1));
  expect(handshake.upgrades).toEqual(["websocket"]);
  const refused = waitFor<[ConnectionError]>(engine, "connection_error");
  const session = new FakeSession();
  engine.onWebTransportSession(session);
  session.start(`0{"sid":"${handshake.sid}"}`);
  expect((await refused)[0].context).toMatchObject({ name: "PROTOCOL_MISMATCH", previousProtocol: 3 });
});

test("not over a plain request, though it is among the transports", async () => {
  const { url } = await start();
  for (const sid of ["", `&sid=${(await openPolling(url, { path: PATH })).handshake.sid}`]) {
    expect(await httpRequest(url, `${PATH}?EIO=4&transport=webtransport${sid}`)).toMatchObject({
      status: 400,
      text: '{"code":0,"message":"Transport unknown"}',
    });
  }
});
