import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import * as ours from "socket.io-adapter";

const require = createRequire(import.meta.url);

type Exports = Record<string, unknown>;

/** The published base classes, which is what a package finds when it brings its own. */
export const publishedBase = require("published-socket.io-adapter") as Exports;

export const ourBase: Exports = { ...ours };

/** A copy of a package, as published, that finds these base classes under `socket.io-adapter`. */
export function loadOver<T>(packageName: string, base: Exports): T {
  const entry = require.resolve(packageName);
  const baseEntry = createRequire(entry).resolve("socket.io-adapter");
  const known = require.cache[baseEntry];
  require.cache[baseEntry] = { id: baseEntry, exports: base, loaded: true } as NodeJS.Module;
  try {
    return require(entry) as T;
  } finally {
    if (known) require.cache[baseEntry] = known;
    else delete require.cache[baseEntry];
    // The next copy may be over other classes.
    for (const file of Object.keys(require.cache)) {
      if (file.startsWith(dirname(entry) + sep)) delete require.cache[file];
    }
  }
}
