import { codedError } from "../errors.js";

const TODAY: Readonly<Record<string, string>> = {
  websocket: "websocket",
  polling: "polling",
  webtransport: "webtransport",
  "xhr-polling": "polling",
  "jsonp-polling": "polling",
};

const DEAD: ReadonlySet<string> = new Set(["flashsocket", "htmlfile"]);

/**
 * The transports of today for names of the original API, and which of the names mean none.
 *
 * @throws Error with code `ERR_INVALID_OPTION` when a name is unknown, or none is left
 */
export function translateTransports(names: readonly string[]): { transports: string[]; dead: string[] } {
  const transports = new Set<string>();
  const dead: string[] = [];
  for (const name of names) {
    const today = Object.hasOwn(TODAY, name) ? TODAY[name] : undefined;
    if (today) transports.add(today);
    else if (DEAD.has(name)) dead.push(name);
    else throw codedError("ERR_INVALID_OPTION", `unknown transport ${JSON.stringify(name)}`);
  }
  if (transports.size === 0) {
    throw codedError(
      "ERR_INVALID_OPTION",
      `no transport is left of ${JSON.stringify(names)}: add "websocket" or "xhr-polling"`,
    );
  }
  return { transports: [...transports], dead };
}
