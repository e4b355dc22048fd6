import { createServer } from "node:http";
import { createChat } from "./chat/chat.js";
import { createWeb } from "./chat/web.js";

const HOST = process.env.HOST ?? "127.0.0.1";
const PORT = readPort(process.env.PORT ?? "3000");
const LAST_PORT = Math.min(PORT + 100, 65_535);

const httpServer = createServer(createWeb());
const io = createChat(httpServer);

listen(PORT);

function readPort(value) {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  console.error(`PORT must be a number between 0 and 65535, not “${value}”.`);
  process.exit(1);
}

function listen(port) {
  const onError = (error) => {
    httpServer.off("listening", onListening);
    if (error.code !== "EADDRINUSE" || port === 0 || port >= LAST_PORT) {
      console.error(`Cannot listen on ${HOST}:${port}: ${error.message}`);
      process.exit(1);
    }
    console.log(`Port ${port} is taken, trying ${port + 1}.`);
    listen(port + 1);
  };
  const onListening = () => {
    httpServer.off("error", onError);
    announce(httpServer.address().port);
  };
  httpServer.once("error", onError);
  httpServer.once("listening", onListening);
  httpServer.listen(port, HOST);
}

function announce(port) {
  const local = ["127.0.0.1", "::1", "0.0.0.0", "::"].includes(HOST);
  console.log(`The chat is at http://${local ? "localhost" : HOST}:${port}`);
  if (HOST === "127.0.0.1") console.log("Set HOST=0.0.0.0 to let other devices of your network in.");
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    io.close().then(() => process.exit(0));
  });
}
