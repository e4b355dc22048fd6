// Are the packages right as their users get them? Packs them all, then:
//   publint and attw on each tarball (all that `--static` does), and for each package an empty project that installs it
//   alone, uses it by `import` and by `require`, connects over real sockets, and type-checks under nodenext and bundler.
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { checkProject, installedFaults, installProject, serveProject } from "./packed-project.mjs";
import { packedTarballs } from "./packed-tarballs.mjs";
import { run, runGraph } from "./run.mjs";
import { ROOT, toolEnv } from "./workspace.mjs";

/** What a project needs besides the package it tries. */
const WITH = { "socket.io": ["socket.io-client"] };
/** The same, of the registry. */
const WITH_PUBLISHED = { "@socket.io/react": ["react", "react-dom", "@types/react"] };
/** Whose server a client's project connects to. */
const PEERS = { "engine.io-client": "engine.io", "socket.io-client": "socket.io" };

const staticOnly = process.argv.includes("--static");
// Node resolves links before it looks for packages, so the path must be the real one.
const temp = realpathSync(mkdtempSync(join(tmpdir(), "packages-")));
let tarballs = [];
let failures = 0;
try {
  tarballs = await packedTarballs(temp);
  await runGraph(jobs(), check);
} finally {
  rmSync(temp, { recursive: true, force: true });
}
console.log(
  failures === 0 ? `${tarballs.length} packages are fit to publish` : `${failures} package checks failed`,
);
process.exitCode = failures === 0 ? 0 : 1;

function jobs() {
  const lint = tarballs.map((packed) => ({
    name: `publint, attw  ${packed.name}`,
    after: [],
    work: () => lintTarball(packed),
  }));
  if (staticOnly) return lint;
  const use = tarballs.map(({ name }) => ({
    name: `use            ${name}`,
    after: PEERS[name] ? [`use            ${PEERS[name]}`] : [],
    work: () => useAlone(name),
  }));
  return [...lint, ...use];
}

async function check({ name, work }) {
  const faults = await work().catch((error) => [error.stack]);
  console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${name}`);
  for (const fault of faults) console.log(`\n${fault.trim()}\n`);
  if (faults.length > 0) failures++;
  return true;
}

async function lintTarball({ tarball }) {
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
  });
  const faults = messages.filter(concernsNode).map((message) => `publint: ${formatMessage(message, pkg)}`);
  // node10 knows no "exports", so no subpath can be right there.
  const attw = await run(`attw "${tarball}" --profile node16 --no-color --format ascii`, {
    cwd: ROOT,
    env: toolEnv(),
  });
  if (!attw.ok) faults.push(attw.output);
  return faults;
}

/** The classic bundles are scripts for pages, which no module system of Node.js ever loads. */
function concernsNode({ code, args }) {
  return !(
    code === "FILE_INVALID_FORMAT" &&
    /^\.\/(?:client-dist|dist)\/socket\.io\./.test(args.actualFilePath ?? "")
  );
}

async function useAlone(name) {
  const wanted = new Set();
  for (const one of [name, ...(WITH[name] ?? [])]) {
    for (const needed of tarballs.find((packed) => packed.name === one).needs) wanted.add(needed);
  }
  const dir = projectOf(name);
  const files = tarballs.filter((packed) => wanted.has(packed.name)).map(({ tarball }) => tarball);
  const installed = await installProject(dir, name, [...files, ...(WITH_PUBLISHED[name] ?? [])]);
  if (!installed.ok) return [`npm install\n${installed.output}`];

  const faults = [...wanted].flatMap((one) => installedFaults(dir, one).map((fault) => `${one}: ${fault}`));
  const peer = PEERS[name] && (await serveProject(projectOf(PEERS[name])));
  try {
    return [...faults, ...(await checkProject(dir, peer?.url))];
  } finally {
    peer?.stop();
  }
}

function projectOf(name) {
  return join(temp, "projects", name);
}
