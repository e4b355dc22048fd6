// The layering of docs/architecture.md as rules. Type imports count: a cycle of types is a cycle.
const { existsSync, readdirSync, readFileSync } = require("node:fs");
const { builtinModules } = require("node:module");

/** What a package's sources may import among our packages, by public entry. */
const LAYERS = {
  "typed-emitter": [],
  "engine.io-parser": [],
  "engine.io-client": ["engine.io-parser", "typed-emitter"],
  "engine.io": ["engine.io-parser", "typed-emitter"],
  "cluster-engine": ["engine.io"],
  "socket.io-parser": ["typed-emitter"],
  "socket.io-adapter": ["typed-emitter"],
  "cluster-adapter": ["socket.io-adapter"],
  "redis-adapter": ["socket.io-adapter"],
  "socket.io-client": ["engine.io-client", "socket.io-parser", "typed-emitter"],
  "socket.io-server": ["engine.io", "socket.io-adapter", "socket.io-parser", "typed-emitter"],
  "socket.io": ["socket.io-server", "typed-emitter"],
  react: ["socket.io-client", "typed-emitter"],
  testing: ["engine.io-client", "engine.io-parser", "socket.io-client", "socket.io-server", "typed-emitter"],
  testkit: [],
};

/** Who may use a package's `/internal` entry besides itself. */
const FRIENDS = { "engine.io": ["socket.io-server"] };

/** The only sources that may import `ws`; testkit's raw clients aside. */
const WS_FILES = [
  "packages/engine\\.io/src/node/ws-[^/]*\\.ts",
  "packages/engine\\.io-client/src/node/open-websocket\\.ts",
  "packages/testkit/src/",
];

const escaped = (name) => name.replaceAll(".", "\\.");
const anyOf = (names) => `(?:${names.map(escaped).join("|")})`;
const BUILTINS = `^(?:node:)?(?:${builtinModules.map(escaped).join("|")})(?:/|$)`;
const WS = "(?:^|/)node_modules/(?:\\.pnpm/)?(?:@types[+/])?ws[@/]";

/** The sources that packages name in their exports, relative to the workspace being checked. */
const ENTRIES = readdirSync("packages")
  .filter((name) => existsSync(`packages/${name}/package.json`))
  .flatMap((name) => {
    const { exports = {} } = JSON.parse(readFileSync(`packages/${name}/package.json`, "utf8"));
    return sourcesIn(exports).map((file) => `packages/${name}/${file.slice("./".length)}`);
  });

function sourcesIn(value) {
  if (typeof value === "string") return value.startsWith("./src/") ? [value] : [];
  return Object.values(value ?? {}).flatMap(sourcesIn);
}

const layerRules = Object.entries(LAYERS).map(([name, allowed]) => ({
  name: `layer:${name}`,
  comment: allowed.length
    ? `${name} stands on ${allowed.join(", ")} alone.`
    : `${name} is a leaf: it imports no package of this repository.`,
  severity: "error",
  from: { path: `^packages/${escaped(name)}/src/` },
  to: { path: "^(?:packages|examples|benchmarks)/", pathNot: `^packages/${anyOf([name, ...allowed])}/` },
}));

const friendRules = Object.entries(FRIENDS).map(([name, friends]) => ({
  name: `friends-only:${name}`,
  comment: `${name}/internal is for ${friends.join(", ")} alone.`,
  severity: "error",
  from: { path: "^(?:packages|examples)/", pathNot: `^packages/${anyOf([name, ...friends])}/` },
  to: { path: `^packages/${escaped(name)}/src/internal\\.ts$` },
}));

module.exports = {
  forbidden: [
    {
      name: "no-cycle",
      comment: "Two modules that must know each other meet in a contract.ts of interfaces.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolvable",
      comment: "The import leads nowhere: a typo, or a dependency missing from package.json.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^(?:socket\\.io(?:-client)?|bun|deno)(?:/|$)|\\.png$|/dist/" },
    },
    ...layerRules,
    ...friendRules,
    {
      name: "entry-only",
      comment: "Another package is seen through its public (or internal) entry, by its name.",
      severity: "error",
      from: { path: "^(packages|examples)/([^/]+)/" },
      to: {
        path: "^packages/[^/]+/src/",
        pathNot: ["^$1/$2/", ...ENTRIES.map((file) => `^${escaped(file)}$`)],
      },
    },
    {
      name: "by-name",
      comment: "A relative path into another package goes around its package.json.",
      severity: "error",
      from: { path: "^(packages|examples)/([^/]+)/" },
      to: { path: "^packages/", pathNot: "^$1/$2/", dependencyTypes: ["local"] },
    },
    {
      name: "tests-stay-tests",
      comment: "Sources do not import tests.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/" },
      to: { path: "/test/|^packages/testkit/|/published-", pathNot: "^packages/testkit/src/" },
    },
    {
      name: "core-without-runtime",
      comment:
        "The engine's core, transports and fetch host run on any runtime; the runtime comes in as a Host or a Peer.",
      severity: "error",
      from: { path: "^packages/engine\\.io/src/(?:core|transports|fetch)(?:/|\\.ts$)" },
      to: { path: [BUILTINS, WS, "^packages/engine\\.io/src/node/"] },
    },
    {
      name: "one-ws",
      comment:
        "`ws` is known by the ws-… files of the server engine (its internals by ws-peer.ts alone) and by one of the client engine.",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: WS_FILES.map((file) => `^${file}`) },
      to: { path: WS },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(?:^|/)(?:dist|client-dist|coverage)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@socket.io/source", "import", "require", "node", "default", "types"],
      extensions: [".ts", ".js", ".mjs", ".cjs", ".d.ts"],
    },
    cache: { folder: "node_modules/.cache/dependency-cruiser", strategy: "content" },
  },
};
