import { waitFor } from "testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { io } from "../src/index.js";
import { scripted } from "./support/scripted.js";
import { onEnd } from "./support/start.js";

describe("a listener that throws", () => {
  const surfaced: unknown[] = [];
  const others = process.listeners("uncaughtException");
  const record = (error: unknown) => surfaced.push(error);

  beforeEach(() => {
    surfaced.length = 0;
    process.removeAllListeners("uncaughtException").on("uncaughtException", record);
  });
  afterEach(() => {
    process.off("uncaughtException", record);
    for (const listener of others) process.on("uncaughtException", listener);
  });

  it("harms neither the others nor the connection, and surfaces", async () => {
    const { url } = await scripted((connection, message) => {
      if (!message.startsWith("0")) return;
      for (const packet of ['2["early"]', '0{"sid":"a"}', '20["ask"]', '2["last"]']) connection.send(packet);
    });
    const socket = io(url, { forceNew: true, transports: ["websocket"], reconnection: false });
    onEnd(() => socket.disconnect());
    const seen: string[] = [];
    const throwing = (name: string) => () => {
      seen.push(name);
      throw new Error(name);
    };
    socket.io.on("open", throwing("open"));
    socket.onAny(throwing("any"));
    socket.onAny((event) => seen.push(`any ${event}`));
    socket.on("early", throwing("early"));
    socket.on("connect", throwing("connect"));
    socket.once("connect", () => seen.push("connect too"));
    socket.on("ask", throwing("ask"));
    socket.on("last", () => seen.push("last"));
    socket.onAnyOutgoing(throwing("out"));
    socket.emit("buffered");
    await waitFor(socket, "last");
    socket.on("disconnect", throwing("disconnect"));
    const rejected = expect(socket.emitWithAck("never")).rejects.toThrow("socket has been disconnected");
    socket.disconnect();
    await rejected;
    expect(seen).toEqual([
      "open",
      "any",
      "any early",
      "early",
      "out",
      "connect",
      "connect too",
      "any",
      "any ask",
      "ask",
      "any",
      "any last",
      "last",
      "out",
      "disconnect",
    ]);
    await new Promise(setImmediate);
    expect(surfaced.map((error) => (error as Error).message)).toEqual(
      seen.filter((name) => !/ |last/.test(name)),
    );
  });
});

it("is no plain object: reactive frameworks leave sockets and managers as they are", () => {
  const socket = io("http://127.0.0.1:1", { autoConnect: false });
  for (const object of [socket, socket.io]) {
    expect(Object.prototype.toString.call(object)).not.toBe("[object Object]");
  }
});
