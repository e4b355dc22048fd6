import { waitFor } from "testkit";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Socket } from "../../src/index.js";
import { implementations, type Started, start, turn } from "../support/start.js";
import { collectUncaught } from "../support/uncaught.js";

let started: Started | undefined;
afterEach(() => started?.close());

const rejecting = { rejectAcksOnDisconnect: true };
const gone = { code: "ERR_SOCKET_DISCONNECTED", message: "socket has been disconnected" };

async function connected(options = {}, Implementation = implementations.ours) {
  started = await start(options, Implementation);
  const client = started.connect();
  const [socket] = await waitFor<[Socket]>(started.io, "connection");
  return { client, socket, io: started.io };
}

/** What a promise has come to by now. */
function outcome(promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([
    promise.then(
      () => "resolved",
      () => "rejected",
    ),
    turn().then(() => "pending"),
  ]);
}

describe.each([
  ["", {}],
  [", with recovery", { connectionStateRecovery: {} }],
])("when the client goes away%s", (_name, options) => {
  test("emitWithAck() is rejected and nothing is kept", async () => {
    const { client, socket } = await connected({ ...rejecting, ...options });
    const answers = [socket.emitWithAck("ask"), socket.timeout(60_000).emitWithAck("ask")];
    client.disconnect();
    for (const answer of answers) await expect(answer).rejects.toMatchObject(gone);
    expect(socket.acks.size).toBe(0);
  });
});

test("a callback with a timeout is told once and before the time is up, one without stays silent", async () => {
  const { client, socket } = await connected();
  const timed = vi.fn();
  const plain = vi.fn();
  socket.timeout(60_000).emit("ask", timed);
  socket.emit("ask", plain);
  const left = waitFor(socket, "disconnect");
  client.disconnect();
  await left;
  expect(timed.mock.calls).toEqual([[expect.objectContaining(gone)]]);
  expect(timed.mock.contexts[0]).toBe(socket);
  expect(plain).not.toHaveBeenCalled();
});

test("what is asked after the end fails at once", async () => {
  const { client, socket } = await connected(rejecting);
  const left = waitFor(socket, "disconnect");
  client.disconnect();
  await left;
  await expect(socket.emitWithAck("ask")).rejects.toMatchObject(gone);
  await expect(socket.timeout(60_000).emitWithAck("ask")).rejects.toMatchObject(gone);
  expect(socket.acks.size).toBe(0);
});

test("a client that a middleware refuses settles what it was asked", async () => {
  started = await start(rejecting);
  const { io, connect } = started;
  const answer = new Promise((resolve) => {
    io.use((socket, next) => {
      resolve(socket.emitWithAck("ask").catch((error) => error));
      next(new Error("refused"));
    });
  });
  await waitFor(connect(), "connect_error");
  expect(await answer).toMatchObject(gone);
});

test("a callback that throws does not keep the others, or the socket, from their end", async () => {
  const { client, socket, io } = await connected(rejecting);
  await collectUncaught(async (uncaught) => {
    socket.timeout(60_000).emit("ask", () => {
      throw new Error("in the callback");
    });
    const answer = socket.emitWithAck("ask");
    client.disconnect();
    await expect(answer).rejects.toMatchObject(gone);
    expect((await uncaught.next()).message).toBe("in the callback");
  });
  expect(io.sockets.sockets.size).toBe(0);
});

test("unless asked to be rejected a promise without a timeout stays pending, as published", async () => {
  const { client, socket } = await connected();
  const answer = socket.emitWithAck("ask");
  const left = waitFor(socket, "disconnect");
  client.disconnect();
  await left;
  expect(await outcome(answer)).toBe("pending");
  expect(socket.acks.size).toBe(0);
});

test("an answer in time counts, and later ones do not", async () => {
  const { client, socket } = await connected();
  client.on("ask", (callback) => callback("answer"));
  expect(await socket.timeout(60_000).emitWithAck("ask")).toBe("answer");
  expect(await socket.emitWithAck("ask")).toBe("answer");
  expect(socket.acks.size).toBe(0);
});

test("a broadcast whose time is up keeps nothing at those that have not answered", async () => {
  const { socket, io } = await connected();
  const error = await io
    .timeout(10)
    .emitWithAck("ask")
    .catch((reason) => reason);
  expect(error).toMatchObject({ code: "ERR_ACK_TIMEOUT", responses: [] });
  expect(socket.acks.size).toBe(0);
});
