import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of the first of the commands that is on the `PATH`, or in `/usr/bin`. */
export function findExecutable(...names: string[]): string | undefined {
  const { PATH = "" } = process.env;
  const folders = new Set([...PATH.split(delimiter).filter(Boolean), "/usr/bin"]);
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
