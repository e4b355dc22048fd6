import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { defineConfig, type Options } from "tsup";
import ts from "typescript";
import manifest from "./package.json" with { type: "json" };

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Private names as ordinary ones that esbuild then shortens. Otherwise they would become WeakMaps in the bundles for older
 * browsers: slower, and 1.5 kB more. Each file has names of its own, so that a class cannot meet those of its parent.
 */
const ordinaryNames: Plugin = {
  name: "ordinary-names",
  setup(build) {
    const files = new Map<string, number>();
    build.onLoad({ filter: /packages[\\/][\w.-]+[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const file = files.get(path) ?? files.size;
      files.set(path, file);
      const text = await readFile(path, "utf8");
      const parts: string[] = [];
      let end = 0;
      const visit = (node: ts.Node): void => {
        if (ts.isPrivateIdentifier(node)) {
          const start = node.getStart();
          parts.push(text.slice(end, start), `$private${file}_${node.text.slice(1)}`);
          end = node.end;
        }
        ts.forEachChild(node, visit);
      };
      visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
      return { contents: parts.join("") + text.slice(end), loader: "ts" };
    });
  },
};

/** Makes MessagePack the parser, except for the parser made of it. */
const msgpack: Plugin = {
  name: "msgpack",
  setup(build) {
    build.onResolve({ filter: /^socket\.io-parser$/ }, ({ importer }) =>
      importer.includes("msgpack") ? undefined : { path: here("src/msgpack/parser.ts") },
    );
  },
};

const bundle = (name: string, options: Options): Options => ({
  entry: { [name]: here("src/bundles/global.ts") },
  outDir: "dist",
  format: "iife",
  target: "es2018",
  platform: "browser",
  minify: true,
  sourcemap: true,
  treeshake: false,
  clean: false,
  dts: false,
  noExternal: [/./],
  outExtension: () => ({ js: ".js" }),
  banner: { js: `/*! ${manifest.name} ${manifest.version}, MIT */` },
  esbuildOptions(esbuild) {
    esbuild.conditions = ["@socket.io/source", "browser"];
    esbuild.mangleProps = /^\$private/;
    esbuild.tsconfig = undefined;
    esbuild.tsconfigRaw = { compilerOptions: { useDefineForClassFields: false } };
  },
  ...options,
  esbuildPlugins: [...(options.esbuildPlugins ?? []), ordinaryNames],
});

/** The files that a server hands to browsers. */
export default defineConfig([
  bundle("socket.io", { minify: false }),
  bundle("socket.io.min", {}),
  bundle("socket.io.msgpack.min", { esbuildPlugins: [msgpack] }),
  bundle("socket.io.esm.min", {
    entry: { "socket.io.esm.min": here("src/index.ts") },
    format: "esm",
    target: "es2022",
  }),
]);
