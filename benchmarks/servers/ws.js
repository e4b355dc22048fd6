// The floor most people would write by hand: a loop of ws.send, or of one frame computed once.
import { createServer } from "node:http";
import WebSocket, { WebSocketServer } from "ws";
import { answer } from "../lib/channel.js";
import { BINARY, longestTurn, measure, nextTurn, TEXT } from "./measure.js";

const framed = process.argv[2] === "framed";
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const rooms = new Map();
let received = 0;
let notify;

function frame(data) {
  const bytes = Buffer.from(data);
  return Buffer.concat(
    WebSocket.Sender.frame(bytes, {
      opcode: typeof data === "string" ? 1 : 2,
      fin: true,
      mask: false,
      readOnly: false,
      rsv1: false,
    }),
  );
}

function send(sockets, binary) {
  // What Socket.IO puts on the wire for the same emit, so that equal bytes are compared.
  const parts = binary
    ? [`451-["news",{"_placeholder":true,"num":0}]`, BINARY]
    : [`42${JSON.stringify(["news", TEXT])}`];
  const out = framed ? parts.map(frame) : parts;
  for (const socket of sockets) {
    for (const part of out) framed ? socket._socket.write(part) : socket.send(part);
  }
}

server.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => {
    const text = isBinary ? "" : data.toString();
    if (text.startsWith('42["count"')) {
      JSON.parse(text.slice(2));
      if (++received === notify?.at) notify.resolve();
      return;
    }
    // 42<id>["echo",value] is acknowledged with 43<id>[value]
    const start = text.indexOf("[");
    const [, value] = JSON.parse(text.slice(start));
    socket.send(`43${text.slice(2, start)}${JSON.stringify([value])}`);
  });
});

answer({
  ...measure,
  listen({ rooms: count = 0, roomsEach = 1 }) {
    let joined = 0;
    server.on("connection", (socket) => {
      for (let i = 0; i < roomsEach && count; i++) {
        const name = `room${joined++ % count}`;
        rooms.get(name)?.add(socket) ?? rooms.set(name, new Set([socket]));
      }
    });
    return new Promise((resolve) => http.listen(0, "127.0.0.1", () => resolve(http.address().port)));
  },
  async broadcast({ ticks, perTick, binary }) {
    for (let t = 0; t < ticks; t++) {
      for (let i = 0; i < perTick; i++) send(server.clients, binary);
      await nextTurn();
    }
  },
  async rooms({ ticks, perTick, rooms: count }) {
    let next = 0;
    for (let t = 0; t < ticks; t++) {
      for (let i = 0; i < perTick; i++) send(rooms.get(`room${next++ % count}`), false);
      await nextTurn();
    }
  },
  async unicast({ ticks, sockets, perTick }) {
    const some = [...server.clients].slice(0, sockets);
    for (let t = 0; t < ticks; t++) {
      for (const socket of some) for (let i = 0; i < perTick; i++) send([socket], false);
      await nextTurn();
    }
  },
  stall: () => longestTurn(() => send(server.clients, false)),
  received: (at) => (received >= at ? undefined : new Promise((resolve) => (notify = { at, resolve }))),
  connected: () => server.clients.size,
});
