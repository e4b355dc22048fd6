// Hono on Bun.
import { Server } from "engine.io/fetch";
import { Hono } from "hono";

export { Server };

export function serve(engine, path) {
  const app = new Hono();
  app.all(`${path}*`, (c) => engine.fetch(c.req.raw, c.env));
  return Bun.serve({ port: 0, hostname: "127.0.0.1", ...engine.handler(), fetch: app.fetch }).port;
}
