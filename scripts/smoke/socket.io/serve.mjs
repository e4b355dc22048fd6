import { createServer } from "node:http";
import { Server } from "socket.io";

const httpServer = createServer();
new Server(httpServer).on("connection", (socket) => {
  socket.on("hello", (name, ack) => ack(`hello ${name}`));
});
httpServer.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${httpServer.address().port}`));
