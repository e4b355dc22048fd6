// Makes a package fit to be packed, whoever packs it (npm or pnpm): run by each package's prepack and postpack.
//   prepare   builds it, takes the conditions of this workspace out of its package.json, adds the license
//   restore   puts everything back
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { publishedManifest } from "./published-manifest.mjs";
import { packages, ROOT } from "./workspace.mjs";

const dir = process.cwd();
const manifestFile = join(dir, "package.json");
const original = join(dir, ".package.json.original");
const license = join(dir, "LICENSE");

const actions = { prepare, restore };
const action = actions[process.argv[2]];
if (action === undefined) {
  console.error(`usage: node pack.mjs ${Object.keys(actions).join("|")}`);
  process.exit(1);
}
action();

function prepare() {
  // What an interrupted pack left behind.
  if (existsSync(original)) restore();
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8"));
  const build = spawnSync(process.execPath, [join(ROOT, "scripts/build.mjs"), manifest.name], {
    stdio: "inherit",
  });
  if (build.status !== 0) process.exit(1);

  const versions = Object.fromEntries(packages().map((pkg) => [pkg.name, pkg.manifest.version]));
  const published = publishedManifest(
    manifest,
    versions,
    readFileSync(join(ROOT, "pnpm-workspace.yaml"), "utf8"),
  );
  copyFileSync(manifestFile, original);
  writeFileSync(manifestFile, `${JSON.stringify(published, null, 2)}\n`);
  copyFileSync(join(ROOT, "LICENSE"), license);
}

function restore() {
  renameSync(original, manifestFile);
  rmSync(license, { force: true });
}
