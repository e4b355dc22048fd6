// Builds the packages that changed since their last build, in dependency order, one per core.
// `--force` builds all; a package's name as argument builds it and what it depends on.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { run, runGraph } from "./run.mjs";
import { packages, ROOT, toolEnv } from "./workspace.mjs";

/** Files outside a package that its build reads. */
const SHARED = ["pnpm-lock.yaml", "tsconfig.base.json", "scripts/build.mjs", "scripts/tsup-library.ts"];
const NOT_INPUT = new Set(["node_modules", "test", "README.md", "CHANGELOG.md"]);
const STAMPS = join(ROOT, "node_modules/.cache/build");

const args = process.argv.slice(2);
const force = args.includes("--force");
const only = args.filter((arg) => !arg.startsWith("--"));

const started = performance.now();
const buildable = select(packages().filter(({ manifest }) => manifest.scripts?.build));
const hashes = inputHashes(buildable);
const stale = buildable.filter((pkg) => force || !isFresh(pkg));
const staleNames = new Set(stale.map(({ name }) => name));

mkdirSync(STAMPS, { recursive: true });
const jobs = stale.map((pkg) => ({ ...pkg, after: pkg.dependsOn.filter((name) => staleNames.has(name)) }));
const ok = await runGraph(jobs, build);
if (stale.length > 0 && ok) {
  console.log(
    `built ${stale.length} of ${buildable.length} packages in ${seconds(performance.now() - started)}`,
  );
}
process.exit(ok ? 0 : 1);

async function build({ name, dir, manifest }) {
  rmSync(stampFile(name), { force: true });
  const result = await run(manifest.scripts.build, { cwd: dir, env: toolEnv(dir) });
  if (!result.ok) {
    console.error(`\nbuild of ${name} failed: ${manifest.scripts.build}\n\n${result.output}`);
    return false;
  }
  const outputs = outputsOf({ dir, manifest });
  writeFileSync(stampFile(name), JSON.stringify({ hash: hashes.get(name), outputs }));
  return true;
}

function select(all) {
  if (only.length === 0) return all;
  const byName = new Map(all.map((pkg) => [pkg.name, pkg]));
  const wanted = new Set();
  const want = (name) => {
    const pkg = byName.get(name);
    if (pkg === undefined || wanted.has(pkg)) return;
    wanted.add(pkg);
    pkg.dependsOn.forEach(want);
  };
  for (const name of only) {
    if (!byName.has(name)) {
      console.error(`no package to build is called "${name}"; there are: ${[...byName.keys()].join(", ")}`);
      process.exit(1);
    }
    want(name);
  }
  return all.filter((pkg) => wanted.has(pkg));
}

function isFresh({ name }) {
  if (!existsSync(stampFile(name))) return false;
  const stamp = JSON.parse(readFileSync(stampFile(name), "utf8"));
  return stamp.hash === hashes.get(name) && stamp.outputs.every((file) => existsSync(join(ROOT, file)));
}

function inputHashes(ordered) {
  const result = new Map();
  for (const { name, dir, manifest, dependsOn } of ordered) {
    const hash = createHash("sha256").update(process.version);
    for (const file of SHARED) hash.update(readFileSync(join(ROOT, file)));
    // Declarations and browser bundles are made from the sources of the packages below.
    for (const dependency of dependsOn) hash.update(result.get(dependency) ?? "");
    const outputs = new Set(outputFolders(manifest));
    for (const file of filesIn(dir, (entry) => NOT_INPUT.has(entry) || outputs.has(entry))) {
      hash.update(`\0${relative(dir, file)}\0`).update(readFileSync(file));
    }
    result.set(name, hash.digest("hex"));
  }
  return result;
}

function outputsOf({ dir, manifest }) {
  return outputFolders(manifest).flatMap((folder) =>
    filesIn(join(dir, folder), () => false).map((file) => relative(ROOT, file)),
  );
}

function outputFolders(manifest) {
  return (manifest.files ?? ["dist"]).filter((entry) => entry === "dist" || entry === "client-dist");
}

function filesIn(dir, skip) {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => !skip(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(dir, entry.name);
      return entry.isDirectory() ? filesIn(path, () => false) : [path];
    });
}

function stampFile(name) {
  return join(STAMPS, `${name.replaceAll("/", "+")}.json`);
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
