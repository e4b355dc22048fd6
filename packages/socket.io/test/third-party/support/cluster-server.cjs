// A primary with two workers behind @socket.io/sticky. The arguments say what each worker runs: "server/base class".
// Runs outside of the test runner, where packages resolve to their builds.
const cluster = require("node:cluster");
const { createServer } = require("node:http");
const { createRequire } = require("node:module");
const { setupMaster, setupWorker } = require("@socket.io/sticky");

const published = require("published-socket.io-adapter");
const servers = { ours: require("socket.io"), published: require("published-socket.io") };

if (cluster.isPrimary) primary();
else worker(...process.env.RUNS.split("/"));

function clusterAdapter(base) {
  const entry = createRequire(require.resolve("published-cluster-adapter")).resolve("socket.io-adapter");
  // It finds ours, which it is to be in a workspace.
  require(entry);
  if (base !== "ours") require.cache[entry].exports = published;
  return require("published-cluster-adapter");
}

function primary() {
  const httpServer = createServer();
  setupMaster(httpServer, { loadBalancingMethod: "round-robin" });
  clusterAdapter("published").setupPrimary();
  cluster.setupPrimary({ serialization: "advanced" });
  const waiting = new Set(process.argv.slice(2).map((runs) => cluster.fork({ RUNS: runs })));
  cluster.on("message", (from, { ready }) => {
    if (!ready) return;
    waiting.delete(from);
    if (waiting.size > 0) return;
    httpServer.listen(0, "127.0.0.1", () => process.send({ port: httpServer.address().port }));
  });
}

async function worker(server, base) {
  const io = new servers[server].Server(createServer());
  io.adapter(clusterAdapter(base).createAdapter());
  setupWorker(io);
  io.on("hello", (...args) => io.local.emit("heard", ...args));
  io.on("?", (answer) => answer(cluster.worker.id));
  io.on("connection", (socket) => {
    socket.data.worker = cluster.worker.id;
    socket.on("disconnect", (reason) => io.serverSideEmit("hello", "left", reason));
    // A chain of calls and properties, from the server or from the socket: [["to", "room"], ["emit", "event"]].
    socket.on("do", async (from, steps, done) => {
      let value = from === "io" ? io : socket;
      for (const [name, ...args] of steps) {
        value = await (typeof value[name] === "function" ? value[name](...args) : value[name]);
      }
      done(steps.at(-1)[0] === "fetchSockets" ? value.map(({ id, data }) => ({ id, data })) : value);
    });
  });
  while ((await io.of("/").adapter.serverCount()) < 2) await new Promise(setImmediate);
  process.send({ ready: true });
}
