// `npm run soak` in this package, or `npm run soak -- --seconds 10,60`: test/network-drop.test.ts with drops that
// are longer than other tests may take. Prints what became of every message.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "1,10,60" } } });
const root = fileURLToPath(new URL("../../..", import.meta.url));
const { status } = spawnSync(
  "npx",
  ["vitest", "run", "--maxConcurrency=100", "packages/socket.io-client/test/network-drop.test.ts"],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, DROP_SECONDS: values.seconds },
  },
);
process.exit(status ?? 1);
