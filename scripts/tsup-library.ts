import { defineConfig } from "tsup";

/** The one build recipe of the published packages: ESM, CommonJS and declarations for each entry. */
export function library({ entries }: { entries: string[] }) {
  return defineConfig({
    entry: entries,
    format: ["esm", "cjs"],
    dts: { entry: entries.filter((file) => !file.includes(".browser.")) },
    target: "es2022",
    sourcemap: true,
    clean: true,
    treeshake: true,
  });
}
