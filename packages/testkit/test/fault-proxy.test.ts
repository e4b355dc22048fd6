import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type FaultProxy,
  type Listening,
  listen,
  openTcp,
  Queue,
  startFaultProxy,
  waitFor,
} from "../src/index.js";

const MESSAGE = "the quick brown fox jumps over the lazy dog\n";

describe("fault proxy", () => {
  let server: Server;
  let listening: Listening;
  let proxy: FaultProxy;
  let chunks: Queue<string>;
  let peers: Queue<Socket>;
  let ends: Queue<string>;

  beforeEach(async () => {
    chunks = new Queue("a chunk at the server");
    peers = new Queue("a connection at the server");
    ends = new Queue("an end at the server");
    server = createServer((socket) => {
      peers.push(socket);
      socket.setNoDelay(true);
      socket.on("data", (chunk) => {
        chunks.push(chunk.toString());
        socket.write(chunk);
      });
      socket.on("end", () => ends.push("end"));
      socket.on("error", (error: NodeJS.ErrnoException) => ends.push(error.code ?? "?"));
    });
    listening = await listen(server);
    proxy = await startFaultProxy({ target: listening.url });
  });

  afterEach(async () => {
    await proxy.close();
    await listening.close();
  });

  async function receive(length: number): Promise<string> {
    let text = "";
    while (text.length < length) text += await chunks.next();
    return text;
  }

  it("hands bytes on both ways and counts them", async () => {
    const tcp = await openTcp(proxy.url);
    tcp.write(MESSAGE);
    expect((await tcp.takeUntil("\n")).toString()).toBe(MESSAGE);
    expect(proxy.counters).toEqual({
      connections: 1,
      open: 1,
      toServer: MESSAGE.length,
      toClient: MESSAGE.length,
      broken: 0,
    });
    tcp.socket.end();
    expect(await ends.next()).toBe("end");
    await tcp.closed();
    expect((await tcp.closed()).error).toBeUndefined();
  });

  it("splits into single bytes", async () => {
    proxy.set("toServer", { chunk: 1 });
    const tcp = await openTcp(proxy.url);
    tcp.write(MESSAGE);
    expect(await receive(MESSAGE.length)).toBe(MESSAGE);
    expect(chunks.all.length).toBeGreaterThan(MESSAGE.length / 2);
  });

  it("splits at given offsets of the stream", async () => {
    proxy.set("toServer", { splitAt: [3, 10], delay: 1 });
    const tcp = await openTcp(proxy.url);
    tcp.write(MESSAGE);
    expect(await receive(MESSAGE.length)).toBe(MESSAGE);
    expect(chunks.all.slice(0, 2)).toEqual([MESSAGE.slice(0, 3), MESSAGE.slice(3, 10)]);
  });

  it("delays without reordering", async () => {
    proxy.set("toServer", { delay: 40 });
    const tcp = await openTcp(proxy.url);
    const start = performance.now();
    tcp.write("a");
    tcp.write("b");
    expect(await receive(2)).toBe("ab");
    expect(performance.now() - start).toBeGreaterThanOrEqual(39);
  });

  it("stalls one direction while the other flows, then loses nothing", async () => {
    const tcp = await openTcp(proxy.url);
    const peer = await peers.next();
    proxy.stall("toServer");
    tcp.write("held\n");
    peer.write("news\n");
    expect((await tcp.takeUntil("\n")).toString()).toBe("news\n");
    expect(chunks.all).toEqual([]);
    proxy.resume("toServer");
    expect(await receive(5)).toBe("held\n");
  });

  it("makes the sender feel a stall", async () => {
    proxy.stall("toServer");
    const tcp = await openTcp(proxy.url);
    await peers.next();
    const block = Buffer.alloc(1 << 20, 65);
    let blocks = 0;
    while (blocks < 64 && tcp.socket.writableLength < 4 * block.length) {
      blocks++;
      tcp.write(block);
    }
    expect(tcp.socket.writableNeedDrain).toBe(true);
    proxy.resume("toServer");
    expect((await receive(blocks * block.length)).length).toBe(blocks * block.length);
  });

  it("resets both sides", async () => {
    const tcp = await openTcp(proxy.url);
    await peers.next();
    proxy.reset();
    expect((await tcp.closed()).error?.code).toBe("ECONNRESET");
    expect(await ends.next()).toBe("ECONNRESET");
    expect(proxy.counters.broken).toBe(1);
  });

  it("cuts both sides in good order", async () => {
    const tcp = await openTcp(proxy.url);
    await peers.next();
    proxy.cut();
    expect((await tcp.closed()).error).toBeUndefined();
    expect(await ends.next()).toBe("end");
  });

  it("resets after a number of bytes, of which none is lost", async () => {
    proxy.set("toServer", { resetAfter: 10 });
    const tcp = await openTcp(proxy.url);
    tcp.write(MESSAGE);
    expect(await receive(10)).toBe(MESSAGE.slice(0, 10));
    expect((await tcp.closed()).error?.code).toBe("ECONNRESET");
    expect(proxy.counters.toServer).toBe(10);
  });

  it("refuses new connections while told to", async () => {
    proxy.refuse(true);
    const refused = connect({ port: proxy.port, host: "127.0.0.1" });
    const [error] = await waitFor<[NodeJS.ErrnoException]>(refused, "error");
    expect(error.code).toBe("ECONNRESET");
    expect(proxy.counters.connections).toBe(0);
    proxy.refuse(false);
    const tcp = await openTcp(proxy.url);
    tcp.write(MESSAGE);
    expect(await receive(MESSAGE.length)).toBe(MESSAGE);
  });

  it("breaks the client's connection when the server is gone", async () => {
    await listening.close();
    const client = connect({ port: proxy.port, host: "127.0.0.1" });
    const [error] = await waitFor<[NodeJS.ErrnoException]>(client, "error");
    expect(error.code).toBe("ECONNRESET");
  });

  it("does to one chunk what is said of it", async () => {
    const told: [number, string, string][] = [];
    const watched = await startFaultProxy({
      target: listening.url,
      inspect({ bytes, direction, connection }) {
        told.push([connection, direction, bytes.toString()]);
        if (direction === "toClient") return undefined;
        if (bytes.includes("split")) return { chunk: 1, delay: 20 };
        return bytes.includes("reset") ? { resetAfter: 2 } : undefined;
      },
    });
    const tcp = await openTcp(watched.url);
    tcp.write(MESSAGE);
    expect(await receive(MESSAGE.length)).toBe(MESSAGE);
    expect(chunks.all).toHaveLength(1);
    const before = performance.now();
    tcp.write(`split ${MESSAGE}`);
    expect(await receive(6 + MESSAGE.length)).toBe(`split ${MESSAGE}`);
    expect(performance.now() - before).toBeGreaterThan(19);
    expect(chunks.all.length).toBeGreaterThan(MESSAGE.length / 2);
    tcp.write("reset");
    expect(await receive(2)).toBe("re");
    expect(await ends.next()).toBe("ECONNRESET");
    expect(watched.counters.broken).toBe(1);
    expect(told[0]).toEqual([1, "toServer", MESSAGE]);
    await watched.close();
  });
});
