// Hono on Deno.
import { Server } from "engine.io/fetch";
import { Hono } from "hono";

export { Server };

export function serve(engine, path) {
  const app = new Hono();
  app.all(`${path}*`, (c) => engine.fetch(c.req.raw, c.env));
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, app.fetch).addr.port;
}
