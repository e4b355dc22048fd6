import { Server } from "published-socket.io";
import { waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { type ConnectionStatus, connectionStatus } from "../src/status.js";
import { start } from "./support/start.js";

describe("connectionStatus", () => {
  it("tells each change once, and is stable in between", async () => {
    const server = await start(Server);
    const socket = server.connect("/", { autoConnect: false });
    const status = connectionStatus(socket);
    const seen: ConnectionStatus[] = [];
    const stop = status.subscribe(() => seen.push(status.getSnapshot()));
    expect(status.getSnapshot()).toEqual({ phase: "disconnected", attempt: 0 });
    expect(status.getSnapshot()).toBe(status.getSnapshot());

    socket.connect();
    expect(status.getSnapshot().phase).toBe("connecting");
    await waitFor(socket, "connect");
    expect(status.getSnapshot()).toEqual({ phase: "connected", attempt: 0 });
    await server.kill();
    await waitFor(socket.io, "reconnect_error");
    const { phase, attempt, error, reason } = status.getSnapshot();
    expect([phase, attempt > 0, error instanceof Error]).toEqual(["reconnecting", true, true]);
    expect(reason).toMatch(/^transport (close|error)$/);
    await server.restart();
    await waitFor(socket, "connect");
    expect(status.getSnapshot()).toEqual({ phase: "connected", attempt: 0 });
    expect(seen.every((it, i) => it !== seen[i - 1])).toBe(true);

    stop();
    const { length } = seen;
    socket.disconnect();
    expect(status.getSnapshot().phase).toBe("disconnected");
    expect(seen).toHaveLength(length);
    expect([socket.listenerCount("connect"), socket.io.listenerCount("reconnect_failed")]).toEqual([0, 0]);
  });

  it("says that it is over when the attempts are used up", async () => {
    const server = await start(Server);
    await server.kill();
    const socket = server.connect("/", { reconnectionAttempts: 1 });
    const status = connectionStatus(socket);
    status.subscribe(() => {});
    await waitFor(socket.io, "reconnect_failed");
    expect(status.getSnapshot().phase).toBe("disconnected");
  });
});
