import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NAMES = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];
const FILES: ReadonlySet<string> = new Set(NAMES.flatMap((name) => [name, `${name}.map`]));

/** The path of a browser bundle, or of its map; nothing for any other name. */
export function bundlePath(name: string): string | undefined {
  return FILES.has(name) ? join(here(), "../client-dist", name) : undefined;
}

function here(): string {
  // CommonJS has the one, ESM the other; what builds make of import.meta.url for CommonJS fails where a DOM is emulated
  return typeof __dirname === "string" ? __dirname : dirname(fileURLToPath(import.meta.url));
}
