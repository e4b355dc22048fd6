// What every script needs to know of the workspace: where it is and which packages it holds.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Every folder of `packages/`, as `{ name, dir, manifest, dependsOn }`, a package after those it depends on. */
export function packages(root = ROOT) {
  const found = new Map();
  for (const folder of readdirSync(join(root, "packages")).sort()) {
    const dir = join(root, "packages", folder);
    if (!existsSync(join(dir, "package.json"))) continue;
    const manifest = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
    found.set(manifest.name, { name: manifest.name, dir, manifest, dependsOn: [] });
  }
  for (const pkg of found.values()) {
    const wanted = { ...pkg.manifest.dependencies, ...pkg.manifest.devDependencies };
    pkg.dependsOn = Object.keys(wanted).filter((name) => found.has(name));
  }
  return inOrder(found);
}

/** The packages that go to the registry. */
export function publicPackages(root = ROOT) {
  return packages(root).filter(({ manifest }) => !manifest.private);
}

/** An environment in which the tools of `node_modules/.bin` are found by name. */
export function toolEnv(...dirs) {
  const bins = [...dirs, ROOT].map((dir) => join(dir, "node_modules", ".bin"));
  return { ...process.env, PATH: [...bins, process.env.PATH].join(delimiter) };
}

function inOrder(found) {
  const order = [];
  const state = new Map();
  const visit = (pkg, path) => {
    if (state.get(pkg) === "done") return;
    if (state.get(pkg) === "open")
      throw new Error(`packages depend on each other: ${[...path, pkg.name].join(" → ")}`);
    state.set(pkg, "open");
    for (const name of pkg.dependsOn) visit(found.get(name), [...path, pkg.name]);
    state.set(pkg, "done");
    order.push(pkg);
  };
  for (const pkg of found.values()) visit(pkg, []);
  return order;
}
