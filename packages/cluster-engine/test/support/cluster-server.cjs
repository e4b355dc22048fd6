// A primary with workers behind the round-robin of node:cluster, nothing sticky. Runs outside of the test runner, where packages resolve
// to their builds. The test talks to the primary; what it asks of the workers is passed on, and so are their answers.
const cluster = require("node:cluster");
const { createServer } = require("node:http");
const { NodeClusterEngine, setupPrimary } = require("@socket.io/cluster-engine");
const clusterAdapter = require("published-cluster-adapter");
const { Server } = require("socket.io");

const WORKERS = 4;

if (cluster.isPrimary) primary();
else worker();

function primary() {
  setupPrimary();
  clusterAdapter.setupPrimary();
  cluster.setupPrimary({ serialization: "advanced" });
  cluster.schedulingPolicy = cluster.SCHED_RR;
  let ready = 0;
  cluster.on("message", (from, message) => {
    // Once more for each that takes the place of one that was killed.
    if (message.port && ++ready >= WORKERS) process.send({ ready: message.port });
    if (message.answer) process.send({ answer: message.answer, worker: from.id, pid: from.process.pid });
  });
  cluster.on("exit", (gone, _code, signal) => {
    process.send({ exit: gone.id, signal });
    if (signal === "SIGKILL") cluster.fork();
  });
  process.on("message", ({ ask, kill }) => {
    for (const one of Object.values(cluster.workers)) {
      if (ask) one.send({ ask });
      if (kill === one.id) one.process.kill("SIGKILL");
    }
  });
  process.on("disconnect", () => process.exit());
  for (let i = 0; i < WORKERS; i++) cluster.fork();
}

function worker() {
  let foreign = 0;
  const httpServer = createServer();
  const engine = new NodeClusterEngine();
  engine.attach(httpServer, { path: "/socket.io/" });
  const io = new Server();
  io.bind(engine);
  io.adapter(clusterAdapter.createAdapter());
  const count = ({ url }) => {
    const sid = new URL(url, "http://x").searchParams.get("sid");
    if (sid && !sid.startsWith(engine.nodeId)) foreign++;
  };
  httpServer.prependListener("request", count);
  httpServer.prependListener("upgrade", count);
  io.on("connection", (socket) => {
    socket.data.worker = cluster.worker.id;
    socket.on("who", (done) => done(cluster.worker.id));
    socket.on("echo", (value, done) => done(value));
    socket.on("everyone", (value) => io.emit("everyone", value));
    // Numbered events to the client, each acknowledged before it counts.
    socket.on("count to", async (last, done) => {
      const acknowledged = Array.from({ length: last }, (_, i) =>
        socket.timeout(20_000).emitWithAck("number", i),
      );
      done(await Promise.all(acknowledged));
    });
  });
  process.on("message", ({ ask }) => {
    if (ask) process.send({ answer: { ask, node: engine.nodeId, clients: engine.clientsCount, foreign } });
  });
  // Port 0 is the same port for all workers.
  httpServer.listen(0, "127.0.0.1", () => process.send({ port: httpServer.address().port }));
}
