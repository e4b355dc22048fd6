import { Server as PublishedServer } from "published-socket.io";
import { Server } from "socket.io-server";
import { waitFor } from "testkit";
import { describe, expect, it } from "vitest";
import { type ServerClass, start } from "./support/start.js";

const OurServer = Server as unknown as ServerClass;

describe("retries against our server", () => {
  it("run a handler once, although the connection is lost before the answer", async () => {
    const server = await start(OurServer);
    const handled: number[] = [];
    server.io.on("connection", (peer) => {
      peer.on("add", (n: number, reply: (sum: number) => void) => {
        handled.push(n);
        // The answer of each third one is lost with the connection.
        if (n % 3 === 0) peer.conn.close();
        reply(n * 10);
      });
    });
    const socket = server.connect("/", { retries: 5, ackTimeout: 5000 });
    const numbers = [1, 2, 3, 4, 5, 6, 7];
    const answers = await Promise.all(numbers.map((n) => socket.emitWithAck("add", n)));
    expect(answers).toEqual(numbers.map((n) => n * 10));
    expect(handled).toEqual(numbers);
  });

  it("are answered with what the handler answered while there was no connection", async () => {
    const server = await start(OurServer);
    let handled = 0;
    server.io.on("connection", (peer) => {
      peer.on("slow", (reply: (text: string) => void) => {
        handled++;
        peer.on("disconnect", () => reply("done"));
        peer.conn.close();
      });
    });
    const socket = server.connect("/", { retries: 3, ackTimeout: 5000 });
    expect(await socket.emitWithAck("slow")).toBe("done");
    expect(handled).toBe(1);
  });

  it("run a handler again that has not answered, which is how it asks for that", async () => {
    const server = await start(OurServer);
    let handled = 0;
    server.io.on("connection", (peer) => {
      peer.on("store", (reply: (text: string) => void) => {
        if (++handled === 3) reply("stored");
      });
    });
    const socket = server.connect("/", { retries: 3, ackTimeout: 200 });
    expect(await socket.emitWithAck("store")).toBe("stored");
    expect(handled).toBe(3);
  });

  it("does not confuse clients, namespaces or events of a page that was loaded again", async () => {
    const server = await start(OurServer);
    const handled: string[] = [];
    for (const name of ["/", "/other"]) {
      server.io.of(name).on("connection", (peer) => {
        peer.on("hi", (who: string, reply: () => void) => {
          handled.push(`${name} ${who}`);
          reply();
        });
      });
    }
    for (const [nsp, who] of [
      ["/", "a"],
      ["/", "b"],
      ["/other", "a"],
    ] as const) {
      await server.connect(nsp, { retries: 1, ackTimeout: 5000 }).emitWithAck("hi", who);
    }
    expect(handled).toEqual(["/ a", "/ b", "/other a"]);
  });
});

describe.each([
  ["our server", OurServer],
  ["published socket.io", PublishedServer as unknown as ServerClass],
])("retryWindow, %s", (_, ServerImpl) => {
  it.each([
    [undefined, 1],
    [3, 3],
  ])("%s: so many are under way", async (retryWindow, expected) => {
    const server = await start(ServerImpl);
    const replies: (() => void)[] = [];
    let most = 0;
    server.io.on("connection", (peer) => {
      peer.on("e", (_n: number, reply: () => void) => {
        most = Math.max(most, replies.push(reply));
        // Every event that may be under way has arrived when one emitted behind them has.
      });
      peer.on("release", () => {
        for (const reply of replies.splice(0)) reply();
      });
    });
    const socket = server.connect("/", { retries: 1, ackTimeout: 60_000, retryWindow });
    await waitFor(socket, "connect");
    const order: number[] = [];
    const all = [0, 1, 2, 3, 4, 5].map((n) => socket.emitWithAck("e", n).then(() => order.push(n)));
    while (order.length < 6) {
      socket.volatile.emit("release");
      await new Promise(setImmediate);
    }
    await Promise.all(all);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(expected);
  });
});

describe("signal", () => {
  it("ends the wait, with its reason; what was not sent is not", async () => {
    const server = await start(OurServer);
    const heard: string[] = [];
    server.io.on("connection", (peer) => {
      peer.on("never", () => heard.push("never"));
      peer.on("last", (reply: () => void) => reply());
    });
    const socket = server.connect("/", { autoConnect: false });
    const reason = new Error("no longer wanted");
    const controller = new AbortController();
    const waiting = socket.signal(controller.signal).emitWithAck("never");
    expect(socket.sendBuffer).toHaveLength(1);
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(socket.signal(controller.signal).emitWithAck("never")).rejects.toBe(reason);
    expect(socket.sendBuffer).toEqual([]);
    socket.connect();
    await socket.emitWithAck("last");
    expect(heard).toEqual([]);
  });

  it("gives the callback an error first, and does nothing once the answer is there", async () => {
    const server = await start(OurServer);
    server.io.on("connection", (peer) => peer.on("ask", (reply: (n: number) => void) => reply(1)));
    const socket = server.connect();
    const controller = new AbortController();
    const outcome = await new Promise((resolve) =>
      socket.signal(controller.signal).emit("ask", (...args: unknown[]) => resolve(args)),
    );
    controller.abort();
    expect(outcome).toEqual([null, 1]);
  });

  it("stops retries", async () => {
    const server = await start(OurServer);
    const socket = server.connect("/", { retries: 100, ackTimeout: 5 });
    const controller = new AbortController();
    const waiting = socket.signal(controller.signal).emitWithAck("never heard");
    await waitFor(socket, "connect");
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});
