import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ADVICE = "run `npm test` at the root, which builds first (or `npm run build`)";

/** The folder of the browser bundles. @throws Error when they were not built */
export function requireBundles(): string {
  const folder = fileURLToPath(new URL("../../client-dist/", import.meta.url));
  if (!existsSync(`${folder}socket.io.js`)) throw new Error(`the browser bundles are not built: ${ADVICE}`);
  return folder;
}

/** The path of a built file of this package. @throws Error when it was not built */
export function requireBuilt(name: string): string {
  const path = fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${name} is not built: ${ADVICE}`);
  return path;
}
