// Time from io() to "connect" through a network that takes 50 ms each way, ours beside the published client, both with their
// defaults and against the published server: as it should be, and with WebSocket blocked in five ways.
import { createServer } from "node:http";
import { connect, createServer as createTcpServer } from "node:net";
import { Server } from "published-socket.io";
import { io as published } from "published-socket.io-client";
import { io as ours } from "socket.io-client";

const DELAY = 50;
const RUNS = Number(process.argv[2] ?? 5);

const reply = (status) => (socket) => {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};
const BLOCKS = {
  "nothing blocked": undefined,
  "WebSocket reset": (socket) => socket.resetAndDestroy(),
  "WebSocket ended": (socket) => socket.end(),
  "WebSocket forbidden (403)": reply("403 Forbidden"),
  "Upgrade header stripped (400)": reply("400 Bad Request"),
  "WebSocket never answered": () => {},
};

/** Hands on what arrives, later, and the handshake of TCP too: a connection is only read from after a round trip. */
function startDelay(port) {
  const sockets = new Set();
  const server = createTcpServer({ pauseOnConnect: true }, (client) => {
    const upstream = connect(port, "127.0.0.1");
    const later = (fn, ms = DELAY) => setTimeout(fn, ms);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      sockets.add(from);
      from.on("data", (chunk) => later(() => to.writable && to.write(chunk)));
      from.on("end", () => later(() => to.end()));
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        later(() => (from.errored ? to.resetAndDestroy() : to.destroy()));
      });
    }
    later(() => client.resume(), 2 * DELAY);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const close = () => {
        for (const socket of sockets) socket.destroy();
        server.close();
      };
      resolve({ port: server.address().port, close });
    });
  });
}

async function measure(io, onUpgrade) {
  const http = createServer();
  const server = new Server(http);
  if (onUpgrade) {
    http.removeAllListeners("upgrade");
    http.on("upgrade", (_req, socket) => {
      socket.on("error", () => {});
      // So that the end of the connection is seen.
      socket.resume();
      onUpgrade(socket);
    });
  }
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  const delay = await startDelay(http.address().port);
  const start = performance.now();
  const socket = io(`http://127.0.0.1:${delay.port}`, { forceNew: true });
  await new Promise((resolve) => socket.once("connect", resolve));
  const took = performance.now() - start;
  socket.disconnect();
  delay.close();
  void server.close();
  return took;
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

// The first connection of a process pays for what is loaded.
for (const io of [ours, published]) await measure(io);

console.log(`${"median of ".padEnd(10)}${RUNS}, ${DELAY} ms each way`.padEnd(34), "      ours", " published");
for (const [name, onUpgrade] of Object.entries(BLOCKS)) {
  const cells = [];
  for (const io of [ours, published]) {
    const times = [];
    for (let run = 0; run < RUNS; run++) times.push(await measure(io, onUpgrade));
    const ms = median(times);
    cells.push(`${ms.toFixed(0).padStart(5)} ms ${(ms / (2 * DELAY)).toFixed(1)} trips`.padStart(18));
  }
  console.log(name.padEnd(34), ...cells);
}
process.exit();
