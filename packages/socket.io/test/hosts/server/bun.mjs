// Bun, by what `export default` would hand to it.
import { Server } from "engine.io/fetch";

export { Server };

export function serve(engine) {
  return Bun.serve({ port: 0, hostname: "127.0.0.1", ...engine.handler() }).port;
}
