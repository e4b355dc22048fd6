import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { createMessaging } from "./messaging/messaging.js";
import { createWeb } from "./messaging/web.js";

const HOST = process.env.HOST ?? "127.0.0.1";
const PORT = Number(process.env.PORT ?? 3001);
const DATA = process.env.DATA ?? fileURLToPath(new URL("data", import.meta.url));

const httpServer = createServer(createWeb());
const io = createMessaging(httpServer, DATA);

httpServer.once("error", (error) => {
  console.error(`Cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exit(1);
});
httpServer.listen(PORT, HOST, () => {
  const local = ["127.0.0.1", "::1", "0.0.0.0", "::"].includes(HOST);
  console.log(`Aside is at http://${local ? "localhost" : HOST}:${httpServer.address().port}`);
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    io.close().then(() => process.exit(0));
  });
}
