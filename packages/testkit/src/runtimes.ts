import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findExecutable } from "./find-executable.js";
import { requireService } from "./require-service.js";

/** A JavaScript runtime to start servers in. */
export type RuntimeName = "node" | "node-22" | "node-24" | "bun" | "deno";

const { platform, arch, execPath } = process;

/** The package with the binary for this machine, and the file in it. Found from the package that names it as optional. */
const BINARIES: Record<Exclude<RuntimeName, "node">, { from: string; pkg?: string; file: string }> = {
  "node-22": { from: "node-22", file: "bin/node" },
  "node-24": { from: "node-24", file: "bin/node" },
  bun: {
    from: "bun",
    pkg: `@oven/bun-${platform === "win32" ? "windows" : platform}-${arch === "arm64" ? "aarch64" : arch}`,
    file: platform === "win32" ? "bin/bun.exe" : "bin/bun",
  },
  deno: {
    from: "deno",
    pkg: `@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`,
    file: platform === "win32" ? "deno.exe" : "deno",
  },
};

/**
 * The command of a runtime: what the environment names (`BUN_PATH`, `DENO_PATH`, `NODE_22_PATH`, `NODE_24_PATH`), else the binary of
 * the pinned package, else what is on the `PATH`. `node` is the one that runs the tests.
 */
export function findRuntime(name: RuntimeName): string | undefined {
  if (name === "node") return execPath;
  const { from, pkg, file } = BINARIES[name];
  return (
    process.env[`${name.toUpperCase().replace("-", "_")}_PATH`] ||
    inPackage(from, pkg, file) ||
    findExecutable(name)
  );
}

/**
 * For suites that need a runtime.
 *
 * @example describe.skipIf(!hasRuntime("bun"))("on Bun", () => {});
 */
export function hasRuntime(name: RuntimeName): boolean {
  const variable = `${name.toUpperCase().replace("-", "_")}_PATH`;
  return requireService(name, findRuntime(name), `npm run setup, or set ${variable}`);
}

function inPackage(from: string, pkg: string | undefined, file: string): string | undefined {
  try {
    let manifest = createRequire(import.meta.url).resolve(`${from}/package.json`);
    if (pkg) manifest = createRequire(manifest).resolve(`${pkg}/package.json`);
    const path = join(dirname(manifest), file);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
