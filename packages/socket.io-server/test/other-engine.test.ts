import { EventEmitter } from "node:events";
import { collect, waitFor } from "testkit";
import { expect, onTestFinished, test } from "vitest";
import type { Connection } from "../src/index.js";
import { Server } from "../src/index.js";

/** No more than what an engine must offer. */
class FakeConnection extends EventEmitter {
  readonly protocol = 4;
  readonly request = { headers: { "x-agent": "fake" }, url: "/?room=a", _query: { room: "a" } };
  readonly remoteAddress = "192.0.2.1";
  readonly transport = { name: "fake", writable: true };
  readyState: Connection["readyState"] = "open";

  constructor(readonly id: string) {
    super();
  }

  write(data: string | Uint8Array): void {
    this.emit("written", data);
  }

  close(): void {
    if (this.readyState === "closed") return;
    this.readyState = "closed";
    this.emit("close", "forced close");
  }
}

function start() {
  const engine = Object.assign(new EventEmitter(), { isClosed: false, close() {} });
  const io = new Server();
  io.bind(engine as never);
  onTestFinished(() => io.close());
  const connect = async (id: string) => {
    const connection = new FakeConnection(id);
    const written = collect(connection, "written");
    const next = async () => (await written.next()).args[0];
    engine.emit("connection", connection);
    connection.emit("data", "0");
    expect(await next()).toMatch(/^0\{"sid":"/);
    return { connection, next };
  };
  return { io, engine, connect };
}

test("an engine with the least of the contract: events, binary, acknowledgements, broadcasts", async () => {
  const { io, connect } = start();
  io.on("connection", (socket) => {
    const { headers, address, query, secure } = socket.handshake;
    socket.join("room");
    socket.emit("hello", headers["x-agent"], address, query.room, secure);
    socket.on("echo", (...args) => args.pop()(...args));
  });
  const first = await connect("1");
  const second = await connect("2");
  for (const { next } of [first, second]) {
    expect(await next()).toBe('2["hello","fake","192.0.2.1","a",false]');
  }
  first.connection.emit("data", '51-7["echo",{"_placeholder":true,"num":0}]');
  first.connection.emit("data", Buffer.from([1, 2]));
  expect(await first.next()).toBe('61-7[{"_placeholder":true,"num":0}]');
  expect(await first.next()).toEqual(Buffer.from([1, 2]));

  io.to("room").emit("all", Buffer.from([3]));
  for (const { next } of [first, second]) {
    expect(await next()).toBe('51-["all",{"_placeholder":true,"num":0}]');
    expect(await next()).toEqual(Buffer.from([3]));
  }

  first.connection.transport.writable = false;
  io.volatile.emit("lost for the first");
  io.emit("kept");
  expect(await first.next()).toBe('2["kept"]');
  expect(await second.next()).toBe('2["lost for the first"]');
});

test("the end of a connection, and of the server", async () => {
  const { io, engine, connect } = start();
  const reasons: unknown[] = [];
  io.on("connection", (socket) =>
    socket.on("disconnect", (reason, details) => reasons.push([reason, details])),
  );
  const ended = await connect("1");
  ended.connection.readyState = "closed";
  ended.connection.emit("close", "transport close", { code: 4000 });
  expect(reasons).toEqual([["transport close", { code: 4000 }]]);

  const broken = await connect("2");
  const closed = waitFor(broken.connection, "close");
  broken.connection.emit("error", new Error("broken"));
  await closed;
  expect(reasons[1]).toEqual(["transport error", undefined]);

  const spoiled = await connect("3");
  spoiled.connection.emit("data", "garbage");
  expect(spoiled.connection.readyState).toBe("closed");
  expect(reasons[2]).toEqual(["parse error", undefined]);

  await connect("4");
  const engineClosed = new Promise<void>((resolve) => {
    engine.close = resolve;
  });
  await io.close();
  await engineClosed;
  expect(reasons[3]).toEqual(["server shutting down", undefined]);
});
