// The package.json a user gets: real version ranges and no trace of the workspace.

const SOURCE_CONDITION = "@socket.io/source";
const RANGE_FIELDS = ["dependencies", "peerDependencies", "optionalDependencies"];

/**
 * @param manifest a package.json of this workspace; left as it is
 * @param versions the version of every workspace package by name
 * @param workspaceYaml the text of pnpm-workspace.yaml, for its catalog
 * @throws when a range refers to something that the workspace does not have
 */
export function publishedManifest(manifest, versions, workspaceYaml) {
  const { devDependencies: _, scripts: __, exports, ...kept } = manifest;
  const published = { ...kept };
  if (exports !== undefined) published.exports = withoutSource(exports);
  for (const field of RANGE_FIELDS) {
    if (manifest[field] === undefined) continue;
    published[field] = Object.fromEntries(
      Object.entries(manifest[field]).map(([name, range]) => [
        name,
        realRange(name, range, versions, workspaceYaml),
      ]),
    );
  }
  return published;
}

function withoutSource(value) {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== SOURCE_CONDITION);
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutSource(inner)]));
}

function realRange(name, range, versions, workspaceYaml) {
  if (range.startsWith("workspace:")) {
    const version = versions[name];
    if (version === undefined) throw new Error(`${name}@${range}: the workspace has no package of that name`);
    const prefix = range.slice("workspace:".length);
    if (prefix === "*") return version;
    return prefix === "^" || prefix === "~" ? prefix + version : prefix;
  }
  if (range === "catalog:") return catalogRange(name, workspaceYaml);
  return range;
}

/** The catalog is a flat block of `name: range` lines, which is all of YAML that is needed here. */
function catalogRange(name, workspaceYaml) {
  const block = /^catalog:\n((?: {2}.*\n?)+)/m.exec(workspaceYaml)?.[1] ?? "";
  for (const line of block.split("\n")) {
    const [, key, range] = /^ {2}"?([^":\s]+)"?: +"?([^"]+?)"?$/.exec(line) ?? [];
    if (key === name) return range;
  }
  throw new Error(`${name}@catalog: is not in the catalog of pnpm-workspace.yaml`);
}
