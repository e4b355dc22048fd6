import { createRequire } from "node:module";
import * as ours from "socket.io-adapter";
import { loadOver as load } from "testkit";

const require = createRequire(import.meta.url);

type Exports = Record<string, unknown>;

/** The published base classes, which is what a package finds when it brings its own. */
export const publishedBase = require("published-socket.io-adapter") as Exports;

export const ourBase: Exports = { ...ours };

/** A copy of a package, as published, that finds these base classes under `socket.io-adapter`. */
export function loadOver<T>(packageName: string, base: Exports): T {
  return load(import.meta.url, packageName, base);
}
