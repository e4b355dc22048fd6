import { httpRequest, openTcp, Queue, waitFor } from "testkit";
import { expect, test } from "vitest";
import { PATH, startEngine, turns } from "../support.js";

test("messages written in one turn come in one response, in order", async () => {
  const { poll } = await startEngine();
  const { wire, socket } = await poll();
  socket
    .send("a")
    .send(Buffer.from([1, 2, 3]))
    .send("")
    .send("é");
  expect(await wire.poll()).toEqual(["4a", "bAQID", "4", "4é"]);
});

test("what is sent on connection does not join the handshake", async () => {
  const { engine, poll } = await startEngine();
  engine.on("connection", (socket) => socket.send("hello"));
  const { wire } = await poll();
  expect(wire.first).toEqual([]);
  expect(await wire.poll()).toEqual(["4hello"]);
});

test("a waiting poll is answered at the end of the turn", async () => {
  const { poll } = await startEngine();
  const { wire, socket } = await poll();
  expect(socket.transport.writable).toBe(false);
  const waiting = wire.poll();
  while (!socket.transport.writable) await turns(1);
  socket.send("a");
  expect(socket.transport.writable).toBe(false);
  socket.send("b");
  expect(await waiting).toEqual(["4a", "4b"]);
  expect(socket.transport.writable).toBe(false);
});

test("received messages are text or a Buffer", async () => {
  const { poll } = await startEngine();
  const { wire, socket } = await poll();
  const received: unknown[] = [];
  socket.on("message", (data) => received.push(data));
  await wire.post("4a", "4é😀", "bAQID", "4");
  expect(received).toEqual(["a", "é😀", Buffer.from([1, 2, 3]), ""]);
});

test("close() answers the waiting poll with a close packet", async () => {
  const { engine, poll } = await startEngine();
  const { wire, socket } = await poll();
  const closed = waitFor(socket, "close");
  const waiting = wire.poll();
  while (!socket.transport.writable) await turns(1);
  socket.close();
  expect(await waiting).toEqual(["1"]);
  expect(await closed).toEqual(["forced close", undefined]);
  expect(engine.clientsCount).toBe(0);
});

test("close() sends what was written before, and waits for the poll that takes it", async () => {
  const { poll } = await startEngine();
  const { wire, socket } = await poll();
  const closed = waitFor(socket, "close");
  socket.send("bye");
  socket.close();
  socket.send("too late");
  expect(socket.readyState).toBe("closing");
  expect(await wire.poll()).toEqual(["4bye"]);
  expect(await wire.poll()).toEqual(["1"]);
  expect(await closed).toEqual(["forced close", undefined]);
  expect(socket.readyState).toBe("closed");
});

test("close(true) does not wait", async () => {
  const { engine, poll } = await startEngine();
  const { wire, socket } = await poll();
  const closed = waitFor(socket, "close");
  socket.send("lost");
  socket.close(true);
  expect(socket.readyState).toBe("closed");
  expect(await closed).toEqual(["forced close", undefined]);
  expect(engine.clients).toEqual({});
  expect((await wire.request()).text).toBe('{"code":1,"message":"Session ID unknown"}');
});

test("the close packet of a client answers its poll and its request", async () => {
  const { poll } = await startEngine();
  const { wire, socket } = await poll();
  const closed = waitFor(socket, "close");
  const waiting = wire.poll();
  while (!socket.transport.writable) await turns(1);
  await wire.post("4last", "1", "4never");
  expect(await waiting).toEqual(["6"]);
  expect(await closed).toEqual(["transport close", undefined]);
});

test("overlapping polls close the session", async () => {
  const { engine, poll } = await startEngine();
  const other = await poll();
  const { wire, socket } = await poll();
  const closed = waitFor<[string, Error]>(socket, "close");
  const first = wire.request();
  while (!socket.transport.writable) await turns(1);
  expect((await wire.request()).status).toBe(400);
  expect((await first).text).toBe("1");
  const [reason, error] = await closed;
  expect(reason).toBe("transport error");
  expect(error).toMatchObject({
    message: "overlap from client",
    code: "ERR_REQUEST_OVERLAP",
    type: "TransportError",
  });
  expect(Object.keys(engine.clients)).toEqual([other.socket.id]);
  await other.wire.post("4still here");
});

test("a POST during a POST closes the session", async () => {
  const { url, poll } = await startEngine();
  const other = await poll();
  const { wire, socket } = await poll();
  const closed = waitFor<[string, Error]>(socket, "close");
  const tcp = await openTcp(url);
  tcp.write(
    `POST ${wire.target} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 50\r\n\r\n4a`,
  );
  await tcp.takeUntil("100 Continue\r\n\r\n");
  expect((await wire.request({ method: "POST", body: "4b" })).status).toBe(400);
  expect((await closed)[1].message).toBe("data request overlap from client");
  await tcp.closed();
  await other.wire.post("4still here");
});

test("a poll abandoned by its client closes the session and keeps nothing", async () => {
  const { engine, url, poll } = await startEngine();
  const { wire, socket } = await poll();
  const closed = waitFor<[string, Error]>(socket, "close");
  const tcp = await openTcp(url);
  tcp.write(`GET ${wire.target} HTTP/1.1\r\nhost: x\r\n\r\n`);
  while (!socket.transport.writable) await turns(1);
  tcp.reset();
  const [reason, error] = await closed;
  expect(reason).toBe("transport error");
  expect(error).toMatchObject({
    message: "poll connection closed prematurely",
    code: "ERR_REQUEST_ABORTED",
  });
  expect(engine.clientsCount).toBe(0);
});

test("a POST abandoned by its client closes the session", async () => {
  const { url, poll } = await startEngine();
  const { wire, socket } = await poll();
  const closed = waitFor<[string, Error]>(socket, "close");
  const tcp = await openTcp(url);
  tcp.write(
    `POST ${wire.target} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 50\r\n\r\n4a`,
  );
  await tcp.takeUntil("100 Continue\r\n\r\n");
  tcp.destroy();
  expect((await closed)[1].message).toBe("data request connection closed prematurely");
});

test("a handshake whose client goes away while it is decided leaves nothing", async () => {
  const asked = new Queue<(error: null, allowed: boolean) => void>("a handshake to decide");
  const gone = new Queue<void>("the client to be gone");
  const { engine, url } = await startEngine({
    allowRequest: (request, callback) => {
      asked.push(callback);
      request.socket.once("close", () => gone.push());
    },
  });
  const tcp = await openTcp(url);
  tcp.write(`GET ${PATH}?EIO=4&transport=polling HTTP/1.1\r\nhost: x\r\n\r\n`);
  const decide = await asked.next();
  tcp.reset();
  await gone.next();
  await turns(2);
  decide(null, true);
  expect(engine.clientsCount).toBe(0);
});

test("a payload that ends the session midway is read no further", async () => {
  const { poll } = await startEngine();
  const { wire, socket } = await poll();
  const received: unknown[] = [];
  socket.on("message", (data) => {
    received.push(data);
    socket.close(true);
  });
  await wire.post("4a", "4b");
  expect(received).toEqual(["a"]);
});

test("a response may be cut into pieces by the client's pace without loss", async () => {
  const { poll } = await startEngine();
  const { wire, socket } = await poll();
  const sent = Array.from({ length: 50 }, (_, i) => `4${i}`);
  const received: string[] = [];
  for (const packet of sent) {
    socket.send(packet.slice(1));
    if (Math.floor(Number(packet.slice(1)) % 7) === 0) received.push(...(await wire.poll()));
  }
  if (received.length < sent.length) received.push(...(await wire.poll()));
  expect(received).toEqual(sent);
});

test("a session's requests by an unknown method", async () => {
  const { url, poll } = await startEngine();
  const { wire } = await poll();
  expect((await httpRequest(url, wire.target, { method: "PATCH" })).status).toBe(500);
  await wire.post("4still here");
});
