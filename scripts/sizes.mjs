// What a browser downloads, ours beside the published package's, made by the same bundler: minified and gzipped.
// Fails above the limits, which only ever go down, towards the targets.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT } from "./workspace.mjs";

/** `bundle` entries are bundled from inside the package `from`; `file` entries are taken as built. Bytes. */
const ENTRIES = [
  {
    what: 'import { io } from "socket.io-client"',
    limit: 11_400,
    target: 8_500,
    ours: { bundle: 'export { io } from "socket.io-client"', from: "packages/socket.io" },
    published: { bundle: 'export { io } from "published-socket.io-client"', from: "packages/socket.io" },
  },
  {
    what: 'import { io } from "socket.io-client/websocket"',
    limit: 8_000,
    target: 5_500,
    ours: { bundle: 'export { io } from "socket.io-client/websocket"', from: "packages/socket.io" },
    published: { bundle: 'export { io } from "published-socket.io-client"', from: "packages/socket.io" },
  },
  {
    what: 'import { Socket } from "engine.io-client"',
    limit: 6_700,
    target: 5_200,
    ours: { bundle: 'export { Socket } from "engine.io-client"', from: "packages/socket.io-client" },
    published: { bundle: 'export { Socket } from "published-engine.io-client"', from: "packages/engine.io" },
  },
  {
    what: "socket.io-parser",
    limit: 2_000,
    target: 1_500,
    ours: { bundle: 'export * from "socket.io-parser"', from: "packages/socket.io-client" },
    published: { bundle: 'export * from "published-socket.io-parser"', from: "packages/socket.io-parser" },
  },
  {
    what: "engine.io-parser",
    limit: 1_700,
    target: 1_200,
    ours: { bundle: 'export * from "engine.io-parser"', from: "packages/engine.io-client" },
    published: { bundle: 'export * from "published-engine.io-parser"', from: "packages/engine.io-parser" },
  },
  {
    what: "@socket.io/react, without the client",
    limit: 1_300,
    target: 1_200,
    ours: {
      bundle: 'export * from "@socket.io/react"',
      from: "packages/react",
      external: ["react", "socket.io-client"],
    },
  },
  classic("socket.io.min.js", { limit: 12_200, target: 9_500 }),
  classic("socket.io.esm.min.js", { limit: 11_800, target: 8_500 }),
  classic("socket.io.msgpack.min.js", { limit: 12_500, target: 10_500 }),
];

const rows = await Promise.all(
  ENTRIES.map(async (entry) => ({
    ...entry,
    ours: await size(entry.ours),
    published: entry.published && (await size(entry.published)),
  })),
);

console.log(line("gzipped bytes", "ours", "limit", "target", "published"));
for (const { what, ours, limit, target, published } of rows) {
  const share = published ? `${Math.round((100 * ours) / published)} %` : "";
  console.log(
    `${line(what, ours, limit, target, published ?? "")}${share.padStart(7)}${ours > limit ? "  TOO LARGE" : ""}`,
  );
}
if (rows.some(({ ours, limit }) => ours > limit)) process.exit(1);

function line(what, ...numbers) {
  return what.padEnd(44) + numbers.map((number) => String(number).padStart(10)).join("");
}

function classic(name, sizes) {
  return {
    what: `client-dist/${name}`,
    ...sizes,
    ours: { file: `packages/socket.io/client-dist/${name}` },
    published: { file: `packages/socket.io/node_modules/published-socket.io/client-dist/${name}` },
  };
}

async function size({ bundle, from, file, external }) {
  if (bundle === undefined) return gzipSync(read(file), { level: 9 }).length;
  const result = await build({
    stdin: { contents: bundle, resolveDir: join(ROOT, from) },
    bundle: true,
    external,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "error",
  });
  return gzipSync(result.outputFiles[0].contents, { level: 9 }).length;
}

function read(file) {
  const path = join(ROOT, file);
  if (!existsSync(path)) throw new Error(`${file} is missing: npm run build`);
  return readFileSync(path);
}
