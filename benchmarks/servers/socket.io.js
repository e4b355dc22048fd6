import { createServer } from "node:http";
import { answer } from "../lib/channel.js";
import { BINARY, longestTurn, measure, nextTurn, TEXT } from "./measure.js";

const { Server } = await import(process.argv[2]);
const http = createServer();
let io;
let received = 0;
let notify;

const payload = (binary) => (binary ? BINARY : TEXT);

answer({
  ...measure,
  listen({ rooms = 0, roomsEach = 1, ...options }) {
    io = new Server(http, { pingInterval: 300_000, serveClient: false, ...options });
    let joined = 0;
    io.on("connection", (socket) => {
      for (let i = 0; i < roomsEach && rooms; i++) socket.join(`room${joined++ % rooms}`);
      socket.on("echo", (value, ack) => ack(value));
      socket.on("count", () => {
        if (++received === notify?.at) notify.resolve();
      });
    });
    return new Promise((resolve) => http.listen(0, "127.0.0.1", () => resolve(http.address().port)));
  },
  async broadcast({ ticks, perTick, binary }) {
    for (let t = 0; t < ticks; t++) {
      for (let i = 0; i < perTick; i++) io.emit("news", payload(binary));
      await nextTurn();
    }
  },
  async rooms({ ticks, perTick, rooms }) {
    let next = 0;
    for (let t = 0; t < ticks; t++) {
      for (let i = 0; i < perTick; i++) io.to(`room${next++ % rooms}`).emit("news", TEXT);
      await nextTurn();
    }
  },
  async unicast({ ticks, sockets, perTick }) {
    const some = [...io.sockets.sockets.values()].slice(0, sockets);
    for (let t = 0; t < ticks; t++) {
      for (const socket of some) for (let i = 0; i < perTick; i++) socket.emit("news", TEXT);
      await nextTurn();
    }
  },
  stall: () => longestTurn(() => io.emit("news", TEXT)),
  received: (at) => (received >= at ? undefined : new Promise((resolve) => (notify = { at, resolve }))),
  connected: () => io.engine.clientsCount,
});
