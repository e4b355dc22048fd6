import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

// Each test starts a process that reads a small workspace.
vi.setConfig({ testTimeout: 60_000 });

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const PACKAGES = {
  "typed-emitter": { ".": "./src/index.ts" },
  "engine.io-parser": { ".": "./src/index.ts" },
  "engine.io-client": { ".": { browser: "./src/index.browser.ts", default: "./src/index.ts" } },
  "engine.io": { ".": "./src/index.ts", "./internal": "./src/internal.ts" },
  "socket.io-client": { ".": "./src/index.ts" },
  "socket.io-server": { ".": "./src/index.ts" },
};

// Every line breaks one rule, or shows beside it what the rule allows.
const FILES = {
  "typed-emitter/src/index.ts": 'export { one } from "./one.js";',
  "typed-emitter/src/one.ts":
    'import type { Two } from "./two.js"; export const one = 1; export type One = Two;',
  "typed-emitter/src/two.ts": 'import type { One } from "./one.js"; export type Two = One | 2;',
  "engine.io-parser/src/index.ts": 'import "typed-emitter"; export const a = 1;',
  "engine.io-client/src/index.ts": 'import "ws"; export { a } from "engine.io-parser";',
  "engine.io-client/src/index.browser.ts": 'export { read } from "./reads.js";',
  "engine.io-client/src/reads.ts": 'import { readFileSync as read } from "node:fs"; export { read };',
  "engine.io/src/index.ts":
    'import "./core/session.js"; import "./node/ws-peer.js"; import "no-such-package";',
  "engine.io/src/internal.ts": "export const inside = 1;",
  "engine.io/src/core/session.ts": 'import type { Server } from "node:http"; export type S = Server;',
  "engine.io/src/node/ws-peer.ts": 'import "ws"; import "node:net";',
  "engine.io/src/node/host.ts": 'import "ws";',
  "engine.io/test/host.test.ts": 'import "../src/node/host.js"; import "ws";',
  "socket.io-client/src/index.ts": 'import "engine.io-client"; import "../test/helper.js";',
  "socket.io-client/test/helper.ts": 'import "engine.io/internal";',
  "socket.io-server/src/index.ts": 'import "engine.io"; import "engine.io/internal"; import "./deep.js";',
  "socket.io-server/src/deep.ts": 'import "../../engine.io/src/core/session.js";',
};

let dir;

beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "layering-")));
  write("tsconfig.json", "{}");
  for (const [name, exports] of Object.entries(PACKAGES)) {
    write(`packages/${name}/package.json`, JSON.stringify({ name, type: "module", exports }));
    mkdirSync(join(dir, "node_modules"), { recursive: true });
    symlinkSync(join(dir, "packages", name), join(dir, "node_modules", name), "junction");
  }
  write("node_modules/ws/package.json", JSON.stringify({ name: "ws", main: "index.js" }));
  write("node_modules/ws/index.js", "");
  for (const [file, text] of Object.entries(FILES)) write(`packages/${file}`, text);
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("every rule of the layers bites, and only where it should", async () => {
  expect(await violations(".dependency-cruiser.cjs")).toEqual([
    "by-name: socket.io-server/src/deep.ts → engine.io/src/core/session.ts",
    "core-without-runtime: engine.io/src/core/session.ts → http",
    "entry-only: socket.io-server/src/deep.ts → engine.io/src/core/session.ts",
    "friends-only:engine.io: socket.io-client/test/helper.ts → engine.io/src/internal.ts",
    "layer:engine.io-parser: engine.io-parser/src/index.ts → typed-emitter/src/index.ts",
    "no-cycle: typed-emitter/src/one.ts → typed-emitter/src/two.ts",
    "one-ws: engine.io-client/src/index.ts → ws",
    "one-ws: engine.io/src/node/host.ts → ws",
    "resolvable: engine.io/src/index.ts → no-such-package",
    "tests-stay-tests: socket.io-client/src/index.ts → socket.io-client/test/helper.ts",
  ]);
});

test("a browser entry that reaches Node.js is found, through any number of files and packages", async () => {
  expect(await violations(".dependency-cruiser.browser.cjs")).toEqual([
    "browser-without-node: engine.io-client/src/index.browser.ts → fs",
    "browser-without-node: socket.io-client/src/index.ts → fs",
  ]);
});

function write(file, text) {
  mkdirSync(dirname(join(dir, file)), { recursive: true });
  writeFileSync(join(dir, file), text);
}

async function violations(config) {
  const cli = join(ROOT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const args = [cli, "--config", join(ROOT, config), "--output-type", "json", "packages"];
  const json = await new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: dir, maxBuffer: 1e8 }, (_error, stdout) => resolve(stdout));
  });
  const short = (path) => path.replace("packages/", "").replace(/^node_modules\/(ws)\/.*/, "$1");
  return JSON.parse(json)
    .summary.violations.map(({ rule, from, to }) => `${rule.name}: ${short(from)} → ${short(to)}`)
    .sort();
}
