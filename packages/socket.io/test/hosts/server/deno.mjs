// Deno.
import { Server } from "engine.io/fetch";

export { Server };

export function serve(engine) {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, engine.handler().fetch).addr.port;
}
