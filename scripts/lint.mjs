// Everything that is checked without running the library: the `lint:…` scripts of package.json, all of them or those named
// (`npm run lint -- types style`), as many at once as there are cores. One alone: `npm run lint:style`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run, runGraph } from "./run.mjs";
import { ROOT, toolEnv } from "./workspace.mjs";

const PREFIX = "lint:";
const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const all = Object.keys(scripts)
  .filter((script) => script.startsWith(PREFIX))
  .map((script) => script.slice(PREFIX.length));
const named = process.argv.slice(2);
const unknown = named.find((name) => !all.includes(name));
if (unknown !== undefined) {
  console.error(`no lint step is called "${unknown}"; there are: ${all.join(", ")}`);
  process.exit(1);
}

const failed = [];
const jobs = (named.length > 0 ? named : all).map((name) => ({ name, after: [] }));
await runGraph(jobs, async ({ name }) => {
  const { ok, output, seconds } = await run(scripts[PREFIX + name], { cwd: ROOT, env: toolEnv() });
  console.log(`${ok ? "ok    " : "FAILED"} ${name.padEnd(9)} ${seconds.toFixed(1).padStart(5)} s`);
  // The table of sizes is worth seeing even when all are within their limits.
  if (!ok || name === "sizes") console.log(`\n${output.trim()}\n`);
  if (!ok) failed.push(name);
  return true;
});
if (failed.length > 0) {
  console.error(`lint failed: ${failed.join(", ")}. One alone: npm run lint:${failed[0]}`);
  process.exit(1);
}
