// `npm run fuzz`, or `npm run fuzz -- --seconds 60 --seed 7`: runs test/engine/fuzz.test.ts for longer than the other tests do.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const root = fileURLToPath(new URL("../../..", import.meta.url));
const { status } = spawnSync("npx", ["vitest", "run", "packages/engine.io/test/engine/fuzz.test.ts"], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, FUZZ_SECONDS: values.seconds, FUZZ_SEED: values.seed },
});
process.exit(status ?? 1);
