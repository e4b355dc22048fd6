import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const read = (file: string) => {
  const path = join(dist, file);
  if (!existsSync(path)) throw new Error(`${file} is not built: run "npm test", which builds first`);
  return readFileSync(path, "utf8");
};

interface Io {
  (
    url: string,
    options: object,
  ): { io: { opts: object }; emit(...args: unknown[]): unknown; sendBuffer: object[] };
  [name: string]: unknown;
}

/** Runs a classic script as a browser or a module loader would; its global scope is `names`. */
function run(file: string, names: Record<string, unknown>): void {
  const scope = { ...names, globalThis: names };
  const wrapped = new Script(`(function (${Object.keys(scope).join()}) {${read(file)}\n})`, {
    filename: file,
  });
  (wrapped.runInThisContext() as (...values: unknown[]) => void)(...Object.values(scope));
}

const browser = () =>
  ({ setTimeout, clearTimeout, module: undefined, define: undefined }) as Record<string, unknown>;
const NAMES = [
  ...["io", "connect", "Manager", "Socket", "protocol"],
  ...["Fetch", "XHR", "NodeXHR", "WebSocket", "NodeWebSocket", "WebTransport"],
];

const files = ["socket.io.js", "socket.io.min.js", "socket.io.msgpack.min.js"];

describe.each(files)("%s", (file) => {
  it("leaves the function with its names to a page", () => {
    const scope = browser();
    run(file, scope);
    const io = scope.io as Io;
    expect(io).toBeTypeOf("function");
    for (const name of NAMES) expect(io).toHaveProperty(name);
    expect([io.protocol, io.io, io.connect]).toEqual([5, io, io]);
    const socket = io("http://127.0.0.1:1/x", { autoConnect: false });
    socket.emit("event", 1);
    expect(socket.sendBuffer).toEqual([{ type: 2, data: ["event", 1] }]);
  });

  it("is a CommonJS module and an AMD one", () => {
    const module = { exports: {} };
    run(file, { ...browser(), module });
    expect(module.exports).toHaveProperty("Manager");
    let io: unknown;
    const define = Object.assign((_dependencies: [], factory: () => unknown) => (io = factory()), {
      amd: {},
    });
    run(file, { ...browser(), define });
    expect(io).toBeTypeOf("function");
  });

  it("holds nothing of Node.js, nor syntax after ES2018", () => {
    const text = read(file);
    for (const pattern of [/"node:|\brequire\(/, /\?\?=|\?\.[a-z]|this\.#|catch ?\{/]) {
      expect(pattern.exec(text)?.[0]).toBeUndefined();
    }
  });
});

describe("socket.io.esm.min.js", () => {
  it("has the exports of the package", async () => {
    read("socket.io.esm.min.js");
    const module = (await import(/* @vite-ignore */ join(dist, "socket.io.esm.min.js"))) as Record<
      string,
      unknown
    >;
    expect(Object.keys(module).sort()).toEqual([...NAMES, "default"].sort());
    expect(module.default).toBe(module.io);
  });
});

describe("source maps", () => {
  it.each([...files, "socket.io.esm.min.js"])("of %s", (file) => {
    expect(read(file).trimEnd()).toMatch(new RegExp(`//# sourceMappingURL=${file}\\.map$`));
    const { sources } = JSON.parse(read(`${file}.map`)) as { sources: string[] };
    expect(sources.some((source) => source.endsWith("src/socket.ts"))).toBe(true);
    expect(sources.join()).not.toMatch(/(^|,)\//);
  });
});

describe("require()", () => {
  it("gives the function with its names", () => {
    read("index.cjs");
    // In a process of its own: the test runner's resolves packages to their sources.
    const script = "const io = require('./index.cjs'); console.log(typeof io, Object.keys(io).join())";
    const output = execFileSync(process.execPath, ["-e", script], {
      cwd: join(dist, ".."),
      env: { ...process.env, NODE_OPTIONS: "" },
      encoding: "utf8",
    });
    const [type, names = ""] = output.trim().split(" ");
    expect(type).toBe("function");
    expect(names.split(",").sort()).toEqual([...NAMES].sort());
  });
});
