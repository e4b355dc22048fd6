// What a browser bundle reaches, resolved as a bundler resolves it: no runtime of a server, no `ws`.
const base = require("./.dependency-cruiser.cjs");
const { builtinModules } = require("node:module");

const ENTRIES = [
  "packages/typed-emitter/src/index\\.ts",
  "packages/engine\\.io-parser/src/index\\.browser\\.ts",
  "packages/engine\\.io-client/src/index\\.browser\\.ts",
  "packages/socket\\.io-parser/src/index\\.ts",
  "packages/socket\\.io-client/src/index\\.ts",
  "packages/react/src/index\\.ts",
];
const builtins = builtinModules.map((name) => name.replaceAll(".", "\\.")).join("|");

module.exports = {
  forbidden: [
    {
      name: "browser-without-node",
      comment: "A browser entry reaches a Node.js module; move it behind the package's browser condition.",
      severity: "error",
      from: { path: `^(?:${ENTRIES.join("|")})$` },
      to: {
        reachable: true,
        path: `^(?:node:)?(?:${builtins})(?:/|$)|node_modules/(?:\\.pnpm/)?ws[@/]`,
      },
    },
  ],
  options: {
    ...base.options,
    // Types cost a browser nothing.
    tsPreCompilationDeps: false,
    enhancedResolveOptions: {
      ...base.options.enhancedResolveOptions,
      conditionNames: ["@socket.io/source", "browser", "import", "default"],
    },
    cache: { folder: "node_modules/.cache/dependency-cruiser-browser", strategy: "content" },
  },
};
