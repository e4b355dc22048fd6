import { openPolling, waitFor } from "testkit";
import { expect, onTestFinished, test } from "vitest";
import type { Socket } from "../../src/index.js";
import { start } from "../support/start.js";

/** A client that joined the main namespace by polling, and polls no more. */
async function join(options: Parameters<typeof start>[0]) {
  const { io, url, close } = await start(options);
  onTestFinished(close);
  const connection = waitFor<[Socket]>(io, "connection");
  const wire = await openPolling(url);
  await wire.post("40");
  const [socket] = await connection;
  expect(await wire.poll()).toEqual([expect.stringMatching(/^40/)]);
  return { io, socket, wire };
}

test("drop-oldest drops whole events, and nothing that keeps both ends in step", async () => {
  const { io, socket, wire } = await join({ maxBufferedBytes: 50_000, bufferPolicy: "drop-oldest" });
  const acked = waitFor(socket, "ask");
  socket.on("ask", (callback: (answer: string) => void) => callback("the answer"));
  await wire.post('421["ask"]', "40/missing,");
  await acked;
  socket.emit("file", new Uint8Array([1, 2, 3]));
  for (let i = 0; i < 1000; i++) {
    io.emit("all", i, "x".repeat(500));
    socket.emit("one", i, "x".repeat(500));
    io.emit("bytes", i, new Uint8Array(4));
  }
  expect(socket.conn.bufferedAmount).toBeGreaterThan(10_000);
  expect(socket.conn.bufferedAmount).toBeLessThan(51_000);
  const packets = await wire.poll();
  expect(packets).toContain('431["the answer"]');
  expect(packets.some((packet) => packet.startsWith("44/missing,"))).toBe(true);
  expect(packets).toContain("bAQID");
  // Each header is followed by its attachment, and no attachment is alone.
  packets.forEach((packet, index) => {
    expect(packet.startsWith("451-")).toBe(packets[index + 1]?.startsWith("b") ?? false);
  });
  expect(packets).toContain(`42["one",999,"${"x".repeat(500)}"]`);
  expect(packets.some((packet) => packet.startsWith('42["one",0,'))).toBe(false);
});

test("a client that is too slow is disconnected with the reason in the details", async () => {
  const { io, socket } = await join({ maxBufferedBytes: 50_000 });
  const disconnected = waitFor<[string, Error]>(socket, "disconnect");
  for (let i = 0; i < 1000; i++) io.emit("all", "x".repeat(500));
  const [reason, details] = await disconnected;
  expect(reason).toBe("transport error");
  expect(details).toMatchObject({ code: "ERR_BUFFER_FULL" });
});

test("volatile events are dropped first", async () => {
  const { io, socket, wire } = await join({ maxBufferedBytes: 50_000 });
  socket.emit("kept");
  for (let i = 0; i < 1000; i++) io.volatile.emit("all", "x".repeat(500));
  expect(await wire.poll()).toEqual(['42["kept"]']);
  expect(socket.connected).toBe(true);
});
