// Hono on Node.js: polling goes through its routes, WebSockets through the server's `upgrade` event.
import { serve as listen } from "@hono/node-server";
import { Server } from "engine.io";
import { Hono } from "hono";

export { Server };

export function serve(engine, path) {
  const app = new Hono();
  app.all(`${path}*`, (c) => engine.fetch(c.req.raw, c.env));
  return new Promise((resolve) => {
    const http = listen({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => resolve(port));
    http.on("upgrade", (request, socket, head) => engine.handleUpgrade(request, socket, head));
  });
}
