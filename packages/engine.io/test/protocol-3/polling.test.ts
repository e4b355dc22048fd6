import { httpRequest, openRawWebSocket, openWebSocket, waitFor } from "testkit";
import { expect, test } from "vitest";
import { PreparedMessage } from "../../src/internal.js";
import { PATH, type ServerSocket, startEngine, turns } from "../support.js";
import { BYTES, FORM, formOf, openLegacy, runScript } from "./support.js";

async function start(query = "", protocol = 3) {
  const started = await startEngine({ allowEIO3: true, pingInterval: 10_000 });
  const session = await openLegacy(started.url, query, protocol);
  return { ...started, session, socket: started.engine.clients[session.sid] as ServerSocket };
}

test("a waiting poll is answered with bytes when there are some, with text otherwise", async () => {
  const { session, socket } = await start();
  socket.send("é").send(Buffer.from([7]));
  let reply = await session.poll();
  expect(reply.headers["content-type"]).toBe("application/octet-stream");
  expect(reply.body.toString("hex")).toBe("0003ff34c3a90102ff0407");
  socket.send("é");
  reply = await session.poll();
  expect(reply.headers["content-type"]).toBe("text/plain; charset=UTF-8");
  expect(reply.text).toBe("2:4é");
});

test("prepared messages are sent as any other", async () => {
  const { session, socket, poll } = await start();
  const other = await poll();
  const message = new PreparedMessage(['51-["a"]', Buffer.from([1, 2])]);
  socket.writePrepared(message);
  other.socket.writePrepared(message);
  expect((await session.poll()).body.toString("hex")).toBe(
    `0009ff${Buffer.from('451-["a"]').toString("hex")}0103ff040102`,
  );
  expect(await other.wire.poll()).toEqual(['451-["a"]', "bAQI="]);
});

test("prepared messages over WebSocket, beside clients of protocol 4", async () => {
  const { engine, url, ws } = await start();
  const wire = await openWebSocket(url, { path: PATH, query: { EIO: "3" } });
  const { sid } = JSON.parse((await wire.text()).slice(1)) as { sid: string };
  const other = await ws();
  const text = new PreparedMessage(['2["a"]']);
  const binary = new PreparedMessage(['51-["a"]', Buffer.from([1, 2])]);
  for (const socket of [engine.clients[sid] as ServerSocket, other.socket]) {
    socket.writePrepared(text);
    socket.writePrepared(binary);
    socket.send("end");
  }
  expect(await wire.messages.take(4)).toEqual(['42["a"]', '451-["a"]', Buffer.from([4, 1, 2]), "4end"]);
  expect(await other.wire.messages.take(4)).toEqual(['42["a"]', '451-["a"]', Buffer.from([1, 2]), "4end"]);
});

test("close() answers the waiting poll with a close packet", async () => {
  const { session, socket } = await start();
  const closed = waitFor(socket, "close");
  const waiting = session.poll();
  while (!socket.transport.writable) await turns(1);
  socket.close();
  expect((await waiting).text).toBe("1:1");
  expect((await closed)[0]).toBe("forced close");
});

test("a close packet of the client lets its poll go", async () => {
  const { session, socket } = await start();
  const closed = waitFor(socket, "close");
  const waiting = session.poll();
  while (!socket.transport.writable) await turns(1);
  await session.post("1:1");
  expect((await waiting).text).toBe("1:6");
  expect((await closed)[0]).toBe("transport close");
});

test("a probe lets the waiting poll go, and the session moves", async () => {
  const { session, socket, url } = await start();
  const waiting = session.poll();
  const wire = await openWebSocket(url, { path: PATH, query: { EIO: "3", sid: session.sid } });
  wire.send("2probe");
  expect(await wire.text()).toBe("3probe");
  expect((await waiting).text).toBe("1:6");
  socket.send(Buffer.from([9]));
  const upgrade = waitFor(socket, "upgrade");
  wire.send("5");
  await upgrade;
  expect(await wire.binary()).toEqual(Buffer.from([4, 9]));
  wire.send(Buffer.from([4, 1]));
  expect(await waitFor(socket, "message")).toEqual([Buffer.from([1])]);
});

test("a body of bytes is no longer than allowed", async () => {
  const { url, engine } = await startEngine({ allowEIO3: true, maxHttpBufferSize: 10 });
  const session = await openLegacy(url);
  const closed = waitFor(engine.clients[session.sid] as ServerSocket, "close");
  expect((await session.post(Buffer.alloc(11), BYTES)).status).toBe(413);
  expect((await closed)[0]).toBe("transport error");
});

test("a binary frame that is no packet, or none that WebSocket has", async () => {
  for (const message of [Buffer.alloc(0), Buffer.from([7]), "b9", "7"]) {
    const { engine, url } = await startEngine({ allowEIO3: true });
    const wire = await openWebSocket(url, { path: PATH, query: { EIO: "3" } });
    const { sid } = JSON.parse((await wire.text()).slice(1)) as { sid: string };
    const closed = waitFor(engine.clients[sid] as ServerSocket, "close");
    wire.send(message);
    expect((await closed)[0]).toBe("parse error");
    await wire.closed();
  }
});

test("JSONP: the response is a script that calls back with the payload, of either protocol", async () => {
  for (const [protocol, payload] of [
    [3, "13:4é\u2028\u2029\"'\\n\n</6:b4AQI="],
    [4, "4é\u2028\u2029\"'\\n\n</\x1ebAQI="],
  ] as const) {
    const { session, socket } = await start("&j=3", protocol);
    expect(runScript(session.first.text, "3")).toContain(session.sid);
    socket.send("é\u2028\u2029\"'\\n\n</").send(Buffer.from([1, 2]));
    const { headers, text } = await session.poll();
    expect(headers["content-type"]).toBe("text/javascript; charset=UTF-8");
    expect(text).not.toMatch(/[\u2028\u2029]/);
    expect(runScript(text, "3")).toBe(payload.replace("13:", `${"4é\u2028\u2029\"'\\n\n</".length}:`));
  }
});

test("JSONP: what is posted with a form arrives as it was", async () => {
  const { session, socket } = await start("&j=0");
  const received: unknown[] = [];
  socket.on("message", (data) => received.push(data));
  // Clients send a newline behind a backslash as they send an escaped n: nothing can tell them apart.
  const escapes = strings(["\\", "n", "\n"], 4).filter((text) => !text.includes("\\\n"));
  const texts = ["é😀&=+%25 d=", ...escapes];
  for (const text of texts) await session.post(formOf(`${text.length + 1}:4${text}`), FORM);
  expect(received).toEqual(texts);
});

test.each([
  ["a field that is missing", "x=1", FORM],
  ["bytes", "d=1:6", BYTES],
])("JSONP: a form with %s ends the session", async (_, body, headers) => {
  const { session, socket } = await start("&j=0");
  const closed = waitFor(socket, "close");
  await session.post(body, headers);
  expect((await closed)[0]).toMatch(/parse error|transport error/);
});

test.each(["x", "", "1);alert(1", "1.5", "-1", "99999999999", "0x1", "toString"])(
  "JSONP: an index that is no number is refused: %j",
  async (index) => {
    const { engine, request } = await startEngine({ allowEIO3: true });
    const error = waitFor<[{ code: number; context: object }]>(engine, "connection_error");
    const { status, text } = await request(`EIO=3&transport=polling&j=${encodeURIComponent(index)}`);
    expect([status, text]).toEqual([400, '{"code":3,"message":"Bad request"}']);
    expect((await error)[0]).toMatchObject({ code: 3, context: { name: "INVALID_JSONP_INDEX", j: index } });
  },
);

test("JSONP: there is none without allowEIO3", async () => {
  const { request } = await startEngine();
  expect((await request("EIO=4&transport=polling&j=0")).text).toMatch(/^0\{/);
});

test.each([
  [3, "EIO=4", 4],
  [4, "EIO=3", 3],
  [4, "", 3],
])(
  "a session of protocol %d is not reached with %j, and lives on",
  async (previousProtocol, query, protocol) => {
    const { engine, url, session, socket } = await start("", previousProtocol);
    const errors: { code: number; context: object }[] = [];
    engine.on("connection_error", ({ code, context }) => errors.push({ code, context }));
    const polling = `${PATH}?transport=polling&${query}&sid=${session.sid}`;
    expect((await httpRequest(url, polling)).status).toBe(400);
    expect((await httpRequest(url, polling, { method: "POST", body: "1" })).status).toBe(400);
    await expect(openRawWebSocket(url, polling.replace("polling", "websocket"))).rejects.toThrow("400");
    const context = { name: "PROTOCOL_MISMATCH", protocol, previousProtocol };
    expect(errors).toEqual(Array(3).fill({ code: 3, context }));
    expect(socket.readyState).toBe("open");
  },
);

/** All strings of these characters up to a length. */
function strings(characters: string[], length: number): string[] {
  if (length === 0) return [""];
  const shorter = strings(characters, length - 1);
  return ["", ...shorter.flatMap((rest) => characters.map((character) => character + rest))];
}
