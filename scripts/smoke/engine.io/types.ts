import { createServer } from "node:http";
import { attach, Server, type Socket } from "engine.io";

const server: Server = attach(createServer(), { pingInterval: 1000 });
server.on("connection", (socket: Socket) => socket.send("hello"));
new Server({ maxHttpBufferSize: 1e6 });
