import { createServer } from "node:http";
import { Server, type Socket } from "socket.io-server";

interface Up {
  hello: (name: string, ack: (greeting: string) => void) => void;
}
const io = new Server<Up>(createServer(), { pingInterval: 1000 });
io.on("connection", (socket: Socket<Up>) => socket.on("hello", (name, ack) => ack(name.toUpperCase())));
