// Installs the dependencies with the pnpm that package.json names, on a machine that has Node and npm alone.
// Does nothing when they were installed from the same manifests already.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./workspace.mjs";

const MANIFESTS = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml"];
const stamp = join(ROOT, "node_modules/.cache/setup");
const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

const wanted = inputHash();
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  const install = ["-y", packageManager, "install", "--frozen-lockfile", "--silent"];
  const { status } = spawnSync("npx", install, {
    cwd: ROOT,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(join(stamp, ".."), { recursive: true });
  writeFileSync(stamp, wanted);
}

function inputHash() {
  const hash = createHash("sha256").update(process.version);
  for (const file of MANIFESTS) hash.update(readFileSync(join(ROOT, file)));
  return hash.digest("hex");
}
