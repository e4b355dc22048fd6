import { createRequire } from "node:module";
import { dirname, sep } from "node:path";

/**
 * A copy of a package of adapters, as published, that finds these classes under `socket.io-adapter`.
 *
 * @param from - `import.meta.url` of who has the package as a dependency
 */
export function loadOver<T>(from: string, packageName: string, base: object): T {
  const require = createRequire(from);
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
