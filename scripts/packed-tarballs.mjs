// Packs every public package the way it is published, from a copy, so that the working tree is not touched.
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "./run.mjs";
import { publicPackages, ROOT, toolEnv } from "./workspace.mjs";

const NEEDED = [
  "packages",
  "scripts",
  "LICENSE",
  "package.json",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "tsconfig.base.json",
];

/**
 * @param dir an empty folder
 * @returns {Promise<{ name: string, version: string, needs: string[], tarball: string }[]>}
 *   `needs`: the packages of this workspace that it depends on at run time, directly or not, itself included
 */
export async function packedTarballs(dir) {
  const stage = join(dir, "workspace");
  const destination = join(dir, "tarballs");
  mkdirSync(destination, { recursive: true });
  copyWorkspace(stage);

  const all = publicPackages(stage);
  const packed = all.map((pkg) => ({
    name: pkg.name,
    version: pkg.manifest.version,
    needs: closure(pkg, all),
    tarball: join(destination, `${pkg.name.replace(/^@/, "").replace("/", "-")}-${pkg.manifest.version}.tgz`),
  }));
  // One after the other: while a package is packed its manifest is the published one, which to the build of those above it
  // looks like a change; they would build it again, and clean its `dist`, under the eyes of its own npm pack.
  for (const pkg of all) {
    const command = `npm pack --pack-destination "${destination}"`;
    const result = await run(command, { cwd: pkg.dir, env: toolEnv(pkg.dir) });
    if (!result.ok) throw new Error(`npm pack of ${pkg.name} failed\n${result.output}`);
  }
  return packed;
}

function copyWorkspace(stage) {
  const filter = (path) => basename(path) !== "node_modules";
  for (const entry of NEEDED) cpSync(join(ROOT, entry), join(stage, entry), { recursive: true, filter });
  // The tools are shared; the record of what is built is not, as this copy may build for itself.
  linkModules(ROOT, stage);
  cpSync(join(ROOT, "node_modules/.cache/build"), join(stage, "node_modules/.cache/build"), {
    recursive: true,
  });
  for (const folder of readdirSync(join(stage, "packages"))) {
    linkModules(join(ROOT, "packages", folder), join(stage, "packages", folder));
  }
}

function linkModules(from, to) {
  if (!existsSync(join(from, "node_modules"))) return;
  mkdirSync(join(to, "node_modules"));
  for (const entry of readdirSync(join(from, "node_modules"))) {
    if (entry === ".cache") continue;
    symlinkSync(join(from, "node_modules", entry), join(to, "node_modules", entry), "junction");
  }
}

function closure(pkg, all, found = new Set()) {
  found.add(pkg.name);
  for (const name of Object.keys(pkg.manifest.dependencies ?? {})) {
    const needed = all.find((one) => one.name === name);
    if (needed !== undefined && !found.has(name)) closure(needed, all, found);
  }
  return [...found];
}
