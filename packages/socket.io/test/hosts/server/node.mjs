// Node.js: the engine captures the requests of an HTTP server.
import { createServer } from "node:http";
import { Server } from "engine.io";

export { Server };

export function serve(engine, path) {
  const http = createServer((_, response) => response.writeHead(404).end());
  engine.attach(http, { path });
  return new Promise((resolve) => http.listen(0, "127.0.0.1", () => resolve(http.address().port)));
}
