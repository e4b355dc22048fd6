// Bun, with the published engine for it.
import { Server } from "published-bun-engine";

export { Server };

export function serve(engine) {
  return Bun.serve({ port: 0, hostname: "127.0.0.1", ...engine.handler() }).port;
}
