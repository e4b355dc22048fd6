// One empty project that has nothing but packed tarballs, and what is done with it.
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { run } from "./run.mjs";
import { ROOT, toolEnv } from "./workspace.mjs";

const SMOKE = join(ROOT, "scripts/smoke");
const WORKSPACE_TRACES = ["@socket.io/source", "workspace:", "catalog:"];
/** Milliseconds; long, because machines that check everything at once are slow. */
const STEP_TIMEOUT = 180_000;
const COMMON_OPTIONS = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  target: "ES2022",
  lib: ["ES2022", "DOM", "DOM.Iterable"],
  types: ["node"],
  esModuleInterop: true,
};
const RUN_MODULE = `import use from "./use.mjs";
await use((name) => import(name), { peer: process.argv[2] });
`;
const RUN_COMMONJS = `const load = (name) => require(name);
import("./use.mjs").then(({ default: use }) => use(load, { peer: process.argv[2] }));
`;

/** Installs the tarballs and `@types/node` into a new project in `dir`, with what `scripts/smoke/<name>` does there. */
export async function installProject(dir, name, tarballs) {
  mkdirSync(dir, { recursive: true });
  const smoke = join(SMOKE, name);
  for (const file of readdirSync(smoke)) copyFileSync(join(smoke, file), join(dir, file));
  // The same text as a module, as CommonJS, and as a bundler reads it.
  const types = readFileSync(join(smoke, "types.ts"), "utf8");
  writeFileSync(join(dir, "types.mts"), types);
  writeFileSync(join(dir, "types.cts"), types);
  writeFileSync(join(dir, "run.mjs"), RUN_MODULE);
  writeFileSync(join(dir, "run.cjs"), RUN_COMMONJS);
  writeJson(join(dir, "package.json"), { name: "empty-project", private: true });
  const classic = existsSync(join(dir, "classic.cts")) ? ["classic.cts"] : [];
  writeTsconfig(dir, "nodenext", { module: "NodeNext" }, ["types.mts", "types.cts", ...classic]);
  writeTsconfig(dir, "bundler", { module: "ESNext", moduleResolution: "Bundler" }, ["types.ts"]);

  const nodeTypes = JSON.parse(
    readFileSync(join(ROOT, "node_modules/@types/node/package.json"), "utf8"),
  ).version;
  return run("npm", {
    cwd: dir,
    env: process.env,
    args: ["install", "--no-audit", "--no-fund", "--prefer-offline", `@types/node@${nodeTypes}`, ...tarballs],
  });
}

/** Runs the smoke test of the project by `import` and by `require`, then type-checks against the installed packages. */
export async function checkProject(dir, peer = "") {
  const env = toolEnv();
  const steps = [
    ["import", `node run.mjs ${peer}`],
    ["require", `node run.cjs ${peer}`],
    ["types, nodenext", "tsc -p tsconfig.nodenext.json"],
    ["types, bundler", "tsc -p tsconfig.bundler.json"],
  ];
  const failures = [];
  for (const [step, command] of steps) {
    const result = await run(command, { cwd: dir, env, timeout: STEP_TIMEOUT });
    if (!result.ok) failures.push(`${step}\n${result.output}`);
  }
  return failures;
}

/** What is wrong with the files of an installed package. */
export function installedFaults(dir, name) {
  const installed = join(dir, "node_modules", name);
  const manifest = readFileSync(join(installed, "package.json"), "utf8");
  const faults = WORKSPACE_TRACES.filter((trace) => manifest.includes(trace)).map(
    (trace) => `package.json contains "${trace}"`,
  );
  for (const file of ["README.md", "LICENSE"]) {
    if (!existsSync(join(installed, file))) faults.push(`${file} is missing`);
  }
  for (const entry of ["src", "test", "node_modules", "tsconfig.json"]) {
    if (existsSync(join(installed, entry))) faults.push(`${entry} does not belong into the tarball`);
  }
  return faults;
}

/** Starts the project's server; the first line it prints is its address. */
export async function serveProject(dir) {
  const child = spawn(process.execPath, ["serve.mjs"], { cwd: dir, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    return { url: line, stop: () => child.kill() };
  }
  throw new Error(`the server of ${dir} ended before it listened`);
}

function writeTsconfig(dir, kind, options, files) {
  writeJson(join(dir, `tsconfig.${kind}.json`), {
    compilerOptions: { ...COMMON_OPTIONS, ...options },
    files,
  });
}

function writeJson(file, value) {
  writeFileSync(file, JSON.stringify(value, null, 2));
}
