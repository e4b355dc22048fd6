const said = new Set<string>();

/**
 * Decides about a suite that needs something besides Node: a browser, a database. Gives `true` when it is there. When it is
 * missing, says so once with what to install and gives `false`, so that the suite can be skipped; where all suites are
 * required (`REQUIRE_ALL_SUITES=1`) a missing one is an error instead.
 *
 * @param name what is needed, as people call it: "Chromium"
 * @param found whether it was found; a path or version counts as found
 * @param howToInstall one line: "apt-get install chromium"
 * @throws Error with code `ERR_SERVICE_MISSING`
 * @example describe.skipIf(!requireService("Redis", findRedis(), "apt-get install redis-server"))("redis", () => {});
 */
export function requireService(name: string, found: unknown, howToInstall: string): boolean {
  if (found) return true;
  const message = `${name} was not found. To run the tests that need it: ${howToInstall}`;
  if (process.env.REQUIRE_ALL_SUITES === "1") {
    throw Object.assign(new Error(message), { code: "ERR_SERVICE_MISSING" });
  }
  if (!said.has(name)) {
    said.add(name);
    console.warn(`SKIPPED: ${message}`);
  }
  return false;
}
