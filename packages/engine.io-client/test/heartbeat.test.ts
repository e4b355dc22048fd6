import { collect, startFaultProxy, waitFor } from "testkit";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Socket } from "../src/index.js";
import { closing } from "./support/cleanup.js";
import { SERVERS, start } from "./support/servers.js";

const attach = SERVERS["published engine.io"] as (typeof SERVERS)[string];

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("heartbeat", () => {
  it.each(["polling", "websocket"])("ends the connection when the server falls silent, %s", async (name) => {
    const { url } = closing(await start(attach, { options: { pingInterval: 50, pingTimeout: 50 } }));
    const proxy = closing(await startFaultProxy({ target: url }));
    const socket = closing(new Socket(proxy.url, { transports: [name] }));
    await waitFor(socket, "ping");
    proxy.stall("toClient");
    const [reason] = await waitFor(socket, "close");
    expect(reason).toBe("ping timeout");
  });

  it("knows after a sleep of the machine that the connection is gone, before its timer does", async () => {
    const { url } = closing(await start(attach));
    const socket = closing(new Socket(url, { transports: ["websocket"] }));
    expect(socket._hasPingExpired()).toBe(false);
    await waitFor(socket, "open");
    const closed = collect(socket, "close");
    expect(socket._hasPingExpired()).toBe(false);

    const now = Date.now();
    const clock = vi.spyOn(Date, "now");
    clock.mockReturnValue(now + 44_000);
    expect(socket._hasPingExpired()).toBe(false);
    clock.mockReturnValue(now + 46_000);
    expect(socket._hasPingExpired()).toBe(true);
    expect(socket._hasPingExpired()).toBe(true);
    // The connection is closed after the question is answered, not in between.
    expect(closed.size).toBe(0);
    await Promise.resolve();
    expect(closed.all.map(({ args }) => args[0])).toEqual(["ping timeout"]);
  });

  it("uses the timers of before a mock clock, when asked to", async () => {
    const { url } = closing(await start(attach, { options: { pingInterval: 50, pingTimeout: 50 } }));
    const proxy = closing(await startFaultProxy({ target: url }));
    const real = setTimeout;
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const mocked = closing(new Socket(proxy.url, { transports: ["websocket"] }));
    const native = closing(new Socket(proxy.url, { transports: ["websocket"], useNativeTimers: true }));
    const closes = collect(mocked, "close");
    const opened = Promise.all([mocked, native].map((it) => new Promise<void>((r) => it.once("open", r))));
    const closed = new Promise((resolve) => native.once("close", resolve));
    await opened;
    proxy.stall("toClient");
    expect(await closed).toBe("ping timeout");
    expect(closes.size).toBe(0);
    vi.advanceTimersByTime(100);
    expect(closes.all.map(({ args }) => args[0])).toEqual(["ping timeout"]);
    expect(real).not.toBe(setTimeout);
  });
});
