// Fills client-dist with the browser bundles that socket.io-client was built into.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const BUNDLES = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];

const require = createRequire(import.meta.url);
const from = join(dirname(require.resolve("socket.io-client/package.json")), "dist");
const to = fileURLToPath(new URL("../client-dist/", import.meta.url));

rmSync(to, { recursive: true, force: true });
mkdirSync(to, { recursive: true });
for (const name of BUNDLES) {
  for (const file of [name, `${name}.map`]) copyFileSync(join(from, file), join(to, file));
}
// The bundles but the one named esm are for require() too.
writeFileSync(join(to, "package.json"), '{ "type": "commonjs" }\n');
