// `npm run soak`, or `npm run soak -- idle`: the tests in test/soak at full length, with their figures.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const names = process.argv.slice(2);
const files = (names.length > 0 ? names : ["stalled-reader", "idle"]).map(
  (name) => `packages/socket.io/test/soak/${name}.test.ts`,
);
const { status } = spawnSync("npx", ["vitest", "run", "--maxWorkers=1", "--no-file-parallelism", ...files], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, SOAK: "1" },
});
process.exit(status ?? 1);
