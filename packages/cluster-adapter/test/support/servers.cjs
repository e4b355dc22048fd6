// A server in each of several workers, or threads, each on a port of its own. Runs outside of the test runner, where packages resolve to
// their builds. The arguments say how, and what each runs; the test talks to this process.
const cluster = require("node:cluster");
const { createServer } = require("node:http");
const { isMainThread, parentPort, Worker, workerData } = require("node:worker_threads");

const adapters = {
  ours: () => require("@socket.io/cluster-adapter"),
  published: () => require("published-cluster-adapter"),
};
const servers = { ours: () => require("socket.io"), published: () => require("published-socket.io") };
const [how, ...kinds] = process.argv.slice(2);

if (!isMainThread) serve(workerData, (message) => parentPort.postMessage(message));
else if (cluster.isWorker) serve(process.env.KIND, (message) => process.send(message));
else if (how === "threads") threads();
else workers();

function workers() {
  const { Emitter, setupPrimary } = adapters[how === "published-primary" ? "published" : "ours"]();
  setupPrimary();
  if (how === "published-primary") cluster.setupPrimary({ serialization: "advanced" });
  const started = kinds.map((KIND) => cluster.fork({ KIND }));
  for (const [index, worker] of started.entries()) {
    worker.on("message", ({ port }) => port && process.send({ index, port }));
    worker.on("exit", () => process.send({ gone: index }));
  }
  process.on("message", ({ kill, emit }) => {
    if (kill !== undefined) started[kill].process.kill("SIGKILL");
    if (emit) new Emitter().emit(...emit);
  });
  process.on("disconnect", () => process.exit());
}

function threads() {
  const started = kinds.map((kind) => new Worker(__filename, { workerData: kind }));
  for (const [index, worker] of started.entries()) {
    worker.on("message", ({ port }) => process.send({ index, port }));
  }
  const { Emitter } = adapters.ours();
  process.on("message", ({ emit }) => new Emitter().emit(...emit));
  process.on("disconnect", () => process.exit());
}

function serve(kind, tell) {
  const httpServer = createServer();
  const io = new (servers[kind]().Server)(httpServer);
  io.adapter(adapters[kind]().createAdapter());
  io.on("hello", (...args) => io.local.emit("heard", ...args));
  io.on("?", (answer) => answer(kind));
  io.on("connection", (socket) => {
    socket.on("count", async (done) => done(await io.of("/").adapter.serverCount()));
    // A chain of calls and properties: [["to", "room"], ["emit", "event"]].
    socket.on("do", async (steps, done) => {
      let value = io;
      for (const [name, ...args] of steps) {
        value = await (typeof value[name] === "function" ? value[name](...args) : value[name]);
      }
      done(Array.isArray(value) ? value.map((item) => item.id ?? item) : true);
    });
  });
  httpServer.listen({ port: 0, host: "127.0.0.1", exclusive: true }, () =>
    tell({ port: httpServer.address().port }),
  );
}
