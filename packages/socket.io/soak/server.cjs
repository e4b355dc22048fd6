// A server in a process of its own, so that its memory is its own: `node --expose-gc server.cjs ours|published '{"pingInterval":…}'`.
const { createServer } = require("node:http");

const [implementation, options] = process.argv.slice(2);
const { Server } = require(implementation === "ours" ? "socket.io" : "published-socket.io");
const httpServer = createServer();
const io = new Server(httpServer, JSON.parse(options));

/** How often clients left for which reason. */
const reasons = {};
let refusals = 0;
let drops = 0;
io.engine.on("connection_error", () => refusals++);
io.engine.on("connection", (socket) => socket.on("drop", (count) => (drops += count)));
io.on("connection", (socket) => {
  socket.on("disconnect", (reason) => {
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  });
});

/** Whether all clients but `slow` have read nearly everything. The published server cannot tell, and has no limit to exceed. */
function areReading(slow) {
  const waiting = Object.values(io.engine.clients).map(({ bufferedAmount = 0 }) => bufferedAmount);
  return waiting.filter((bytes) => bytes > 1e6).length <= slow;
}

const commands = {
  /** What is in memory once all that can go is gone. */
  async measure() {
    for (let i = 0; i < 4; i++) {
      // Twice each time: what a finalizer lets go of is collected by the next.
      globalThis.gc();
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return {
      rss,
      heapUsed: heapUsed + external,
      clients: io.engine.clientsCount,
      sockets: io.of("/").sockets.size,
    };
  },
  count: () => ({ clients: io.engine.clientsCount, reasons, refusals, drops }),
  /**
   * Numbered events of `bytes` each to everybody, `perSecond` of them or as many as all but `slow` of the `clients` can read on this machine; the
   * most memory that was in use meanwhile.
   */
  async broadcast({ first, count, bytes, perSecond, clients, slow }) {
    const filler = "x".repeat(bytes);
    const started = performance.now();
    let peak = process.memoryUsage.rss();
    for (let sent = 0; sent < count; ) {
      // One that reads too slowly may have been closed for it.
      if (areReading(slow - clients + io.engine.clientsCount)) {
        const due = Math.min(
          count,
          ((performance.now() - started) / 1000) * perSecond,
          sent + perSecond / 10,
        );
        for (; sent < due; sent++) io.emit("n", String(first + sent).padStart(8, "0"), filler);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
      peak = Math.max(peak, process.memoryUsage.rss());
    }
    return { seconds: (performance.now() - started) / 1000, peak };
  },
};

process.on("message", async ({ id, command, args }) =>
  process.send({ id, result: await commands[command](args) }),
);
process.on("disconnect", () => process.exit());
httpServer.listen(0, "127.0.0.1", 4096, () => process.send({ port: httpServer.address().port }));
