import { createServer } from "node:http";
import { attach } from "engine.io";

const httpServer = createServer();
attach(httpServer).on("connection", (socket) => socket.on("message", (text) => socket.send(`echo ${text}`)));
httpServer.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${httpServer.address().port}`));
