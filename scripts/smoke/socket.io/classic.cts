import http = require("node:http");
import io = require("socket.io");

io.listen(3000).sockets.on("connection", (socket: io.Socket) => socket.emit("news", "hello"));
const server: io.Server = io(http.createServer());
new io.Server(server.httpServer);
