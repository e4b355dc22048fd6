import { expect, test } from "vitest";
import { publishedManifest } from "../published-manifest.mjs";

const CATALOG =
  'packages:\n  - "packages/*"\n\ncatalog:\n  "@types/ws": ^8.18.2\n  ws: ^8.23.0\n\nother:\n  ws: 1.0.0\n';
const VERSIONS = { "engine.io-parser": "5.3.0" };

const publish = (manifest) => publishedManifest(manifest, VERSIONS, CATALOG);

test("the workspace's condition, scripts and development dependencies are left out, everywhere", () => {
  const manifest = {
    name: "engine.io",
    scripts: { build: "tsup" },
    devDependencies: { testkit: "workspace:^" },
    exports: {
      ".": {
        "@socket.io/source": { browser: "./src/b.ts", default: "./src/a.ts" },
        import: { "@socket.io/source": "./src/a.ts", default: "./dist/a.js" },
      },
      "./package.json": "./package.json",
    },
  };
  const before = structuredClone(manifest);
  expect(publish(manifest)).toEqual({
    name: "engine.io",
    exports: { ".": { import: { default: "./dist/a.js" } }, "./package.json": "./package.json" },
  });
  expect(manifest).toEqual(before);
});

test.each([
  ["workspace:^", "^5.3.0"],
  ["workspace:~", "~5.3.0"],
  ["workspace:*", "5.3.0"],
  ["workspace:^5.1.0", "^5.1.0"],
])("%s becomes %s", (range, real) => {
  expect(publish({ peerDependencies: { "engine.io-parser": range } })).toEqual({
    peerDependencies: { "engine.io-parser": real },
  });
});

test("catalog ranges come from the catalog; others stay", () => {
  const dependencies = { ws: "catalog:", "@types/ws": "catalog:", cookie: "^1.0.0" };
  expect(publish({ dependencies }).dependencies).toEqual({
    ws: "^8.23.0",
    "@types/ws": "^8.18.2",
    cookie: "^1.0.0",
  });
});

test("a range that leads nowhere is an error", () => {
  expect(() => publish({ dependencies: { nothing: "catalog:" } })).toThrow("nothing@catalog:");
  expect(() => publish({ dependencies: { nothing: "workspace:^" } })).toThrow("nothing@workspace:^");
});
